import { useTranslation } from 'react-i18next';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Gallery } from './Gallery';
import { IdeaChips } from './IdeaChips';
import { LabDialog } from './lab/LabDialog';
import { LevelTimeline } from './LevelTimeline';
import { LiveRegion } from './LiveRegion';
import { ModelsDialog } from './ModelsDialog';
import { OutputsDialog } from './OutputsDialog';
import { PromptField } from './PromptField';
import { QueueList } from './QueueList';
import { RunActions } from './RunActions';
import { SettingsPanel } from './SettingsPanel';
import { Stage } from './Stage';
import { TopBar } from './TopBar';
import { TourOffer } from './TourOffer';
import { UnderTheHood } from './UnderTheHood';
import { useFileDrop } from './use-file-drop';
import { useLanguage } from './use-language';
import { useShortcuts } from './use-shortcuts';
import { useTheme } from './use-theme';
import { VersionNotice } from './VersionNotice';
import { ViewControls } from './ViewControls';

/** The page: on the left what the next picture shall be, on the right the picture and how it is looked at. */
export function Studio() {
  const { t, i18n } = useTranslation(['page', 'settings', 'view']);
  useShortcuts();
  useTheme();
  useLanguage();
  const isFileOver = useFileDrop();
  return (
    <I18nProvider locale={i18n.language}>
      <div className="studio">
        {isFileOver && <div className="drop-notice">{t('dropHere')}</div>}
        <TopBar />
        <main className="workbench">
          <div className="bench">
            <section className="composer" aria-label={t('settings:heading')}>
              <TourOffer />
              <PromptField />
              <IdeaChips />
              <RunActions />
              <QueueList />
              <SettingsPanel />
            </section>
            <section className="lightbox" aria-label={t('view:heading')}>
              <Stage />
              <div className="lightbox__foot">
                <LevelTimeline />
                <ViewControls />
              </div>
            </section>
            <div className="under">
              <UnderTheHood />
            </div>
          </div>
          <Gallery />
        </main>
        <OutputsDialog />
        <LabDialog />
        <ModelsDialog />
        <VersionNotice />
        <LiveRegion />
      </div>
    </I18nProvider>
  );
}
