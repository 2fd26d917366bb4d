// Times of messages as people read them, in their own language and zone.
import { strings } from "./strings.js";

/** The moment written in `iso`; a text without a zone is UTC. Null when it is no time. */
export function moment(iso) {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** "14:05" */
export function clockTime(date) {
  return date.toLocaleTimeString(strings.locale, { hour: "2-digit", minute: "2-digit" });
}

/** "Today", "Yesterday", or the date. */
export function dayName(date, now) {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days === 0) return strings.today;
  if (days === 1) return strings.yesterday;
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(strings.locale, { weekday: "long", day: "numeric", month: "long", year });
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
