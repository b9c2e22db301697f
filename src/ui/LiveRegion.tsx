import { announcements } from './strings';
import { useStudio } from './studio-context';

/** Says what happens to those who do not see it. Failures are said by their own cards. */
export function LiveRegion() {
  const announcement = useStudio((state) => state.announcement);
  const text = announcement && announcement.type !== 'failed' ? announcements(announcement) : '';
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
