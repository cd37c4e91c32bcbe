import { assertNever } from '@quayside/contracts';
import type { AuditFinding, AuditNotice, LiveFault, LiveFinding } from '@quayside/store';

/** A difference in one sentence with its numbers. */
export function showFinding(finding: AuditFinding): string {
  switch (finding.kind) {
    case 'LEVEL_SUM':
      return `I1: ${at(finding)}: the level says ${finding.bucket} ${finding.level}, its ledger rows add up to ${finding.ledger}`;
    case 'ON_HAND_AFTER':
      return `I1: ${at(finding)}: the level has ${finding.level} on hand, its last ledger row left ${finding.ledger}`;
    case 'LEDGER_WITHOUT_LEVEL':
      return `I1: ${at(finding)}: there are ledger rows and no level`;
    case 'LIVE_LEVEL':
      return `I8: ${at(finding)}: ${FAULTS[finding.fault]}: Redis has ${shown(finding.redis)}, Postgres ${shown(finding.postgres)}`;
    case 'RECORDS_ACCOUNTED': {
      const { nextOffset, applied, quarantined, repeats } = finding;
      return `partition ${finding.partition}: ${nextOffset} records are done with, but ${applied} applied + ${quarantined} quarantined + ${repeats} repeats = ${applied + quarantined + repeats}`;
    }
    case 'EVENT_WITHOUT_KEY':
      return `${position(finding)}: the event ${finding.source} ${finding.id} was applied, its identity does not say so`;
    case 'KEYS_WITHOUT_EVENT':
      return `partition ${finding.partition}: ${finding.keys} identities say APPLIED, ${finding.events} events are stored and ${finding.released} were released`;
    case 'QUARANTINE_WITHOUT_KEY':
      return `${position(finding)}: the quarantined event ${finding.source} ${finding.id} has no identity, so a repeat of it would be applied`;
    case 'LEDGER_WITHOUT_EVENT':
      return `${position(finding)}: ledger rows of an event that is not stored`;
    case 'OUTCOME_COUNT':
      return `${position(finding)}: ${finding.said} ${finding.of} are counted, its outcome holds ${finding.stored}`;
    case 'ABOVE_FENCE':
      return `${position(finding)}: an effect above the fence, which stands at ${finding.nextOffset}`;
    case 'PUBLISHED_AHEAD':
      return `partition ${finding.partition}: ${finding.stream} are published up to ${finding.published}, applied only up to ${finding.nextOffset}`;
    case 'HOP_LOST':
      return `${position(finding)}: its effect at partition ${finding.target} (hop ${finding.id}) was sent and never taken`;
    case 'ORDER_PROMISE':
    case 'RESERVATION_PROMISE':
      return `I2: ${claim(finding)}: ${finding.said} were asked for, what became of it adds up to ${finding.found}, or not at all`;
    case 'PROMISED_BEYOND_AVAILABLE':
      return `I4: ${claim(finding)}: ${finding.said} were promised of ${finding.found} that were available`;
    case 'ORDER_LINE_SUM':
      return `I6: ${claim(finding)}: ${finding.said} ordered and overshipped, ${finding.found} cancelled, rejected, waiting, reserved and shipped`;
    case 'ORDER_SUM':
      return `I6: ${claim(finding)}: the order's own sums (${finding.said}) are not those of its lines (${finding.found})`;
    case 'RESERVED_SUM':
      return `I2: ${claim(finding)}: the level says reserved ${finding.said}, its active promises add up to ${finding.found}`;
    case 'BACKORDERED_SUM':
      return `I2: ${claim(finding)}: the level says backordered ${finding.said}, those that wait add up to ${finding.found}`;
    case 'RESERVED_ENTRIES':
      return `I2: ${claim(finding)}: the level says reserved ${finding.said}, the entries of its promises add up to ${finding.found}`;
    default:
      return assertNever(finding);
  }
}

/** A notice in one sentence. */
export function showNotice(notice: AuditNotice): string {
  switch (notice.kind) {
    case 'ID_AT_TWO_PARTITIONS':
      return `${notice.source} ${notice.id} was sent for two locations (partitions ${notice.partitions.join(' and ')}): both took effect; void one of them if it is one event`;
    case 'VOID_UNMATCHED':
      return `partition ${notice.partition} record ${notice.offset}: a void waits for ${notice.source} ${notice.id}, which has not come: is its source or id misspelt?`;
    case 'LIVE_VOID':
      return `partition ${notice.partition}: Redis holds nothing valid, its ${notice.levels} levels are answered from Postgres`;
    case 'LIVE_BEHIND':
      return `partition ${notice.partition}: Redis shows the log up to ${notice.cursor}, Postgres up to ${notice.nextOffset}: ${notice.undecided} levels on the move were not compared`;
    case 'HOPS_UNDER_WAY':
      return `partition ${notice.partition}: ${notice.hops} moves have left their location and are not yet at the other`;
    default:
      return assertNever(notice);
  }
}

const FAULTS: Readonly<Record<LiveFault, string>> = {
  DIFFERENT: 'the same version with other numbers',
  OLDER: 'Redis is behind though it says that it is not',
  AHEAD: 'Redis has a version that never was',
  MISSING: 'Redis does not have it though it says that it does',
  EXTRA: 'Redis has a level that does not exist',
  UNREADABLE: 'what stands in Redis is no level',
};

const claim = ({ location, subject, line }: { readonly location: string; readonly subject: string; readonly line: number | null }): string =>
  `${subject}${line === null ? '' : ` line ${line}`} at ${location}`;
const at = ({ location, sku }: { readonly location: string; readonly sku: string }): string => `${sku} at ${location}`;
const position = ({ partition, offset }: { readonly partition: number; readonly offset: number }): string => `partition ${partition} record ${offset}`;
const shown = (level: LiveFinding['redis']): string =>
  level === null ? 'nothing' : `version ${level.version} with ${level.onHand} on hand, ${level.available} available`;
