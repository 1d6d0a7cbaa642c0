// The top bar: where, whether there is a network, what is only on this tablet, who is on duty, the hour.
import { day, hour, isoDay, tick } from "../clock";
import { rush, slip } from "../desk";
import { applyUpdate, updateOffered } from "../install";
import { net, offlineSince, onDuty, refused, sessionLost, snapshot, trouble, unsent } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";

const NET_ICONS = { online: "wifi", sending: "send", offline: "wifi-off" } as const;

export function Bar() {
  const site = snapshot.value;
  return (
    <header class="bar" data-crowded={isCrowded() ? "" : undefined}>
      <h1 class="bar-place">
        {site?.gate.name} <small>· {site?.site_name}</small>
      </h1>
      <button
        type="button"
        class="bar-item bar-rush"
        aria-pressed={rush.value}
        onClick={() => (rush.value = !rush.value)}
      >
        <Icon name="users-round" />
        <span>{t("guard.rush.name")}</span>
      </button>
      <span class="bar-net" data-net={net.value} role="status">
        <Icon name={NET_ICONS[net.value]} />
        <span>{netWord()}</span>
      </span>
      <button
        type="button"
        class="bar-unsent"
        data-count={unsent.value.length}
        onClick={() => (slip.value = { shows: "tray" })}
      >
        <Icon name="inbox" />
        <span>{t("guard.bar.unsent", { count: unsent.value.length })}</span>
      </button>
      {refused.value.length > 0 ? (
        <button type="button" class="bar-item bar-attention" onClick={() => (slip.value = { shows: "tray" })}>
          <Icon name="circle-alert" />
          <span>{t("guard.bar.attention", { count: refused.value.length })}</span>
        </button>
      ) : null}
      <Offers />
      <button type="button" class="bar-duty" aria-haspopup="dialog" onClick={() => (slip.value = { shows: "menu" })}>
        <Icon name="circle-user-round" />
        <span>{t("guard.bar.duty", { name: onDuty.value?.name ?? "" })}</span>
        <Icon name="chevron-down" />
      </button>
      <time class="bar-clock">{hour(tick.value)}</time>
    </header>
  );
}

/** More is said than on a quiet day: what everybody knows by its icon gives up its word. */
function isCrowded(): boolean {
  return net.value === "offline" || refused.value.length > 0 || sessionLost.value || trouble.value !== null;
}

/** What may be done about the tablet itself, when it suits. */
function Offers() {
  const count = unsent.value.length;
  return (
    <>
      {sessionLost.value && net.value !== "offline" ? (
        <button type="button" class="bar-item bar-send" onClick={() => (slip.value = { shows: "send" })}>
          <Icon name="key-round" />
          <span>{count > 0 ? t("guard.offline.send", { count }) : t("guard.offline.reconnect")}</span>
        </button>
      ) : null}
      {trouble.value === null ? null : (
        <span class="bar-item bar-trouble" role="status">
          <Icon name="triangle-alert" />
          <span>{t(trouble.value === "full" ? "guard.offline.full" : "guard.offline.closed")}</span>
        </span>
      )}
      {updateOffered.value ? (
        <button type="button" class="bar-item bar-update" onClick={applyUpdate}>
          <Icon name="refresh-cw" />
          <span>{t("guard.offline.update")}</span>
        </button>
      ) : null}
    </>
  );
}

function netWord(): string {
  if (net.value === "offline") return t("guard.net.offline", { time: sinceWord(offlineSince.value ?? tick.value) });
  return t(net.value === "sending" ? "guard.net.sending" : "guard.net.online");
}

/** The hour, with the day where it is another one's. */
function sinceWord(at: number): string {
  return isoDay(at) === isoDay(tick.value) ? hour(at) : `${hour(at)} ${day(at)}`;
}
