// The top bar: where, whether there is a network, what is only on this tablet, who is on duty, the hour.
import { hour, tick } from "../clock";
import { rush, slip } from "../desk";
import { net, offlineSince, refused, snapshot, unsent } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";

const NET_ICONS = { online: "wifi", sending: "send", offline: "wifi-off" } as const;

export function Bar() {
  const site = snapshot.value;
  return (
    <header class="bar">
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
      <button type="button" class="bar-duty" aria-haspopup="dialog" onClick={() => (slip.value = { shows: "menu" })}>
        <Icon name="circle-user-round" />
        <span>{t("guard.bar.duty", { name: site?.guard.name ?? "" })}</span>
        <Icon name="chevron-down" />
      </button>
      <time class="bar-clock">{hour(tick.value)}</time>
    </header>
  );
}

function netWord(): string {
  if (net.value === "offline") return t("guard.net.offline", { time: hour(offlineSince.value ?? tick.value) });
  return t(net.value === "sending" ? "guard.net.sending" : "guard.net.online");
}
