import type { CredentialExpiry } from '../auth/auth-strategy.ts';
import type { ConnectorHealth, HealthForecast } from '../contract/connector-health.ts';
import type { CircuitState } from './circuit-breaker.ts';
import type { Governor } from './governor.ts';
import type { HealthFigures } from './health-window.ts';
import type { QuotaWindow } from './quota-window.ts';

const dayMs = 24 * 3_600_000;
/** Long enough for a person to be found. */
const noticeMs = 7 * dayMs;

/** What a report is made of. */
export interface HealthSources {
  readonly figures: HealthFigures;
  readonly breaker: CircuitState;
  readonly governor: Governor;
  readonly quotas: QuotaWindow;
  /** Of the credentials in use. */
  readonly expiry: CredentialExpiry | undefined;
  /** Whether the way of signing in can get another access token by itself. */
  readonly isRenewable: boolean;
  readonly nowMs: number;
}

/**
 * Makes the health of a connector of all that is known. Beside the forecasts of quotas it foretells
 * the end of what renews the sign-in (a refresh token, a client certificate), and of an access token
 * that nothing renews, from seven days before.
 */
export function reportHealth(sources: HealthSources): ConnectorHealth {
  const { figures, breaker, governor, quotas, expiry, isRenewable, nowMs } = sources;
  const { accessExpiresAt, refreshExpiresAt } = expiry ?? {};
  const forecasts = [...quotas.forecasts(), ...foretellCredentials(sources)].sort((a, b) =>
    a.at < b.at ? -1 : 1,
  );
  const accessEnded = (accessExpiresAt ?? Infinity) <= nowMs;
  const refreshEnded = (refreshExpiresAt ?? Infinity) <= nowMs;
  const isGone = accessEnded || accessExpiresAt === undefined;
  const needsPerson = isRenewable ? refreshEnded && isGone : refreshEnded || accessEnded;
  const isSoon = ({ at }: HealthForecast): boolean => Date.parse(at) < nowMs + dayMs;
  const quota = quotas.levels();
  const pausedUntil = governor.state?.().pausedUntil;
  return {
    status: judge(figures.errorRate, breaker, { needsPerson, isForeseen: forecasts.some(isSoon) }),
    ...figures,
    breaker,
    ...(expiry === undefined
      ? {}
      : {
          credentials: {
            ...(accessExpiresAt === undefined ? {} : { accessExpiresAt: isoOf(accessExpiresAt) }),
            ...(refreshExpiresAt === undefined
              ? {}
              : { refreshExpiresAt: isoOf(refreshExpiresAt) }),
          },
        }),
    ...(quota.length === 0 ? {} : { quota }),
    governor: {
      running: governor.running,
      waiting: governor.waiting,
      ...(pausedUntil === undefined ? {} : { pausedUntil: isoOf(pausedUntil) }),
    },
    forecasts,
  };
}

function foretellCredentials({ expiry, isRenewable, nowMs }: HealthSources): HealthForecast[] {
  const { accessExpiresAt = Infinity, refreshExpiresAt = Infinity } = expiry ?? {};
  const found: HealthForecast[] = [];
  if (refreshExpiresAt < nowMs + noticeMs) {
    found.push({
      what: 'refresh-token',
      at: isoOf(refreshExpiresAt),
      rule:
        refreshExpiresAt <= nowMs
          ? 'What renews the sign-in (a refresh token, a client certificate) has ended. A person has to renew it.'
          : 'What renews the sign-in (a refresh token, a client certificate) ends within 7 days, and no newer one has come. A person has to renew it before.',
    });
  }
  if (!isRenewable && accessExpiresAt < nowMs + noticeMs) {
    found.push({
      what: 'access-token',
      at: isoOf(accessExpiresAt),
      rule: 'The access token ends within 7 days and this way of signing in cannot renew it. Set up a new one before.',
    });
  }
  return found;
}

function judge(
  errorRate: number,
  breaker: CircuitState,
  { needsPerson, isForeseen }: { readonly needsPerson: boolean; readonly isForeseen: boolean },
): ConnectorHealth['status'] {
  if (breaker === 'open' || errorRate >= 0.5 || needsPerson) return 'unhealthy';
  return breaker === 'half-open' || errorRate >= 0.05 || isForeseen ? 'degraded' : 'healthy';
}

function isoOf(ms: number): string {
  return new Date(Math.min(ms, 8.64e15)).toISOString();
}
