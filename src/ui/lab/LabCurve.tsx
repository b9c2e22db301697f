import { useTranslation } from 'react-i18next';
import { shownLevel, type CurvePoint, type Lab } from '../../state/lab/lab-state';
import { decimal } from './decimal';

const WIDTH = 340;
const HEIGHT = 150;
const LEFT = 34;
const BOTTOM = 24;
const TOP = 10;
const RIGHT = 12;
const TICKS = 3;

/** PSNR by bytes of the file, level by level: with all levels everywhere, and as they are shared out now. */
export function LabCurve({ lab }: { readonly lab: Lab }) {
  const { t, i18n } = useTranslation('lab');
  const { baseline, result } = lab;
  const isShared = result?.counts.some((count) => count < lab.levelsMax) ?? false;
  const shared = isShared ? (result?.levels ?? []) : [];
  const points = [...baseline, ...shared];
  if (points.length === 0) return null;
  const scale = scaleOf(points);
  const shown = shownLevel(lab);
  const said = (isShared ? shared : baseline).map(({ level, bytes, psnrDb }) =>
    t('curve.point', { level, bytes, psnr: decimal(psnrDb, 2, i18n.language) }),
  );
  return (
    <figure className="lab__curve">
      <figcaption className="lab__caption">
        {t('curve.heading')}
        <span className="timings__legend" aria-hidden="true">
          <span className="key key--context" /> {t('curve.equal')}
          {isShared && (
            <>
              <span className="key key--sampler" /> {t('curve.shared')}
            </>
          )}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${t('curve.name')}. ${said.join('; ')}`}
      >
        <Axes scale={scale} x={t('curve.x')} y={t('curve.y')} />
        <Line points={baseline} scale={scale} kind="equal" />
        <Line points={shared} scale={scale} kind="shared" />
        {shown && <Dot point={shown} scale={scale} kind="shown" />}
      </svg>
    </figure>
  );
}

interface Scale {
  readonly mostBytes: number;
  readonly leastDb: number;
  readonly mostDb: number;
  readonly x: (bytes: number) => number;
  readonly y: (db: number) => number;
}

function scaleOf(points: readonly CurvePoint[]): Scale {
  const mostBytes = Math.max(...points.map(({ bytes }) => bytes));
  const leastDb = Math.floor(Math.min(...points.map(({ psnrDb }) => psnrDb)) - 0.5);
  const highest = Math.ceil(Math.max(...points.map(({ psnrDb }) => psnrDb)) + 0.5);
  const mostDb = leastDb + TICKS * Math.ceil((highest - leastDb) / TICKS); // whole decibels at every tick
  return {
    ...{ mostBytes, leastDb, mostDb },
    x: (bytes) => LEFT + (bytes / mostBytes) * (WIDTH - LEFT - RIGHT),
    y: (db) => HEIGHT - BOTTOM - ((db - leastDb) / (mostDb - leastDb)) * (HEIGHT - BOTTOM - TOP),
  };
}

function Axes({ scale, x, y }: { readonly scale: Scale; readonly x: string; readonly y: string }) {
  const shares = Array.from({ length: TICKS + 1 }, (_, i) => i / TICKS);
  const { mostBytes, leastDb, mostDb } = scale;
  return (
    <g className="lab__axes">
      {shares.map((share) => {
        const db = leastDb + share * (mostDb - leastDb);
        const bytes = Math.round((share * mostBytes) / 10) * 10;
        return (
          <g key={share}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={scale.y(db)} y2={scale.y(db)} />
            <text x={LEFT - 5} y={scale.y(db) + 3} textAnchor="end">
              {Math.round(db)}
            </text>
            <text x={scale.x(bytes)} y={HEIGHT - 10} textAnchor={share === 1 ? 'end' : 'middle'}>
              {share === 0 ? x : bytes}
            </text>
          </g>
        );
      })}
      <text x={LEFT + 4} y={TOP + 4}>
        {y}
      </text>
    </g>
  );
}

type LineKind = 'equal' | 'shared' | 'shown';

function Line(props: {
  readonly points: readonly CurvePoint[];
  readonly scale: Scale;
  readonly kind: LineKind;
}) {
  const { points, scale, kind } = props;
  const path = points.map(({ bytes, psnrDb }) => `${scale.x(bytes)},${scale.y(psnrDb)}`).join(' ');
  return (
    <g className={`lab__line lab__line--${kind}`}>
      <polyline points={path} />
      {points.map((point) => (
        <Dot key={point.level} point={point} scale={scale} kind={kind} />
      ))}
    </g>
  );
}

function Dot(props: {
  readonly point: CurvePoint;
  readonly scale: Scale;
  readonly kind: LineKind;
}) {
  const { point, scale, kind } = props;
  return (
    <circle
      className={`lab__dot lab__dot--${kind}`}
      cx={scale.x(point.bytes)}
      cy={scale.y(point.psnrDb)}
      r={kind === 'shown' ? 6 : 3.5}
    />
  );
}
