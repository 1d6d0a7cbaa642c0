// Icons of lucide as the build collects them; a word always stands beside one, so screen readers pass it over.
import icons from "../../generated/icons.json";

const DRAWINGS = new Map(
  Object.entries(icons as Record<string, string>).map(([name, svg]) => [
    name,
    /^<svg[^>]*>(.*)<\/svg>$/s.exec(svg)?.[1] ?? "",
  ]),
);

export function Icon({ name }: { name: string }) {
  return (
    <svg
      class="icon"
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
      dangerouslySetInnerHTML={{ __html: DRAWINGS.get(name) ?? "" }}
    />
  );
}
