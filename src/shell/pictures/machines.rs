//! Power tools and test devices.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "drill-machine",
        0,
        r##"<path fill="@s" d="M150 62h14l16 8v8l-16 8h-14zM178 71h14v6h-14z"/><path fill="@k" d="M140 56h14v36h-14z"/><path fill="@a" d="M26 58q0-12 14-12h96q6 0 6 6v42q0 6-6 6H94l-10 16H60l-2-18H40q-14 0-14-14z"/><path fill="@k" d="M58 96h34l-14 52H46z"/><path d="M92 98q10 0 8 10l-6 10q-4-8-8-8z" fill="@d"/><path fill="@k" d="M32 146h58q6 0 6 6v16H26v-16q0-6 6-6z"/><path fill="@a" d="M26 156h70v8H26z"/><path d="M38 56h90v6H38z" fill="#fff" opacity=".4"/><path d="M36 72h22m-22 7h22m-22 7h22" stroke="@d" stroke-width="3" stroke-linecap="round"/>"##,
    ),
    (
        "grinder",
        -8,
        r##"<path fill="@a" d="M66 82h70q30 0 42 12v26q-12 12-42 12H66z"/><path fill="@k" d="M96 80h40v54H96z"/><path d="M104 84v46m10-46v46m10-46v46" stroke="@g" stroke-width="4"/><path fill="@s" d="M40 84h32v46H40z"/><path fill="@k" d="M46 64h14v24H46z"/><path fill="@s" d="M6 128h84v8H6z"/><path fill="@k" d="M14 124q34-30 68 0z"/><path d="M42 136h12v10H42z" fill="@n"/><rect x="140" y="88" width="24" height="9" rx="4" fill="@g"/><path d="M178 106q12 0 18-6" fill="none" stroke="@g" stroke-width="6" stroke-linecap="round"/><path d="M72 90h22v5H72z" fill="#fff" opacity=".4"/>"##,
    ),
    (
        "sander",
        0,
        r##"<path fill="@a" d="M46 86q0-46 50-46h32q34 0 40 26l-30 14-4 48H60q-14 0-14-20z"/><path d="M128 44q30 2 36 22l-28 12q-4-18-30-22z" fill="@k"/><path fill="@k" d="M50 126h92v14H50z"/><path fill="@s" d="M38 140h116v12H38z"/><path fill="@w" d="M36 152h120v8H36z"/><path d="M64 70q6-18 30-20" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".45"/><circle cx="82" cy="96" r="14" fill="@d"/><path fill="@k" d="M130 96h48q8 0 8 8t-8 8h-50z"/>"##,
    ),
    (
        "saw-blade-machine",
        0,
        r##"<path fill="@s" d="M16 144h168v10H16z"/><circle cx="104" cy="128" r="44" fill="none" stroke="@n" stroke-width="8" stroke-dasharray="9 7"/><circle cx="104" cy="128" r="43" fill="@s"/><circle cx="104" cy="128" r="10" fill="@g"/><path fill="@k" d="M54 130a50 50 0 01100 0z"/><path fill="@a" d="M62 122a42 42 0 0184 0z"/><path fill="@a" d="M70 96q-14-44 18-54h36q22 2 34 26l12 28q2 8-6 8l-14-14q-12-26-32-28H98q-10 2-6 34z"/><path d="M96 42h28q16 2 26 16l-12 8q-8-8-20-8H96z" fill="@k"/><path d="M16 148h168v6H16z" fill="@n"/><circle cx="104" cy="120" r="7" fill="@d"/>"##,
    ),
    (
        "jigsaw",
        0,
        r##"<path fill="@s" d="M30 140h116v10H30z"/><path fill="@h" d="M56 118h8v62l-4 6-4-40z"/><path fill="@a" d="M40 76q0-34 40-34h70q22 0 22 24v46q-2 16-18 16h-30l-6-46h-24q-12 0-12 16v42H46q-6 0-6-8z"/><path d="M86 46h62q18 0 18 18H98q-14 0-12-18z" fill="@k"/><path d="M118 82l6 46h30q16 0 18-16V88q-24-10-54-6z" fill="@d"/><path d="M50 78q2-22 28-24" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".45"/><path fill="@k" d="M50 128h40v12H50z"/>"##,
    ),
    (
        "heat-gun",
        0,
        r##"<path fill="@h" d="M140 58h42v38h-42z"/><path d="M148 58v38m9-38v38m9-38v38" stroke="@n" stroke-width="3"/><path fill="@a" d="M32 64q0-20 22-20h72q16 0 16 14v38q0 14-16 14H54q-22 0-22-22z"/><path fill="@k" d="M58 108h38l-8 62q-2 6-8 6H58q-6 0-6-6z"/><path d="M94 110q12 0 10 12l-4 12q-6-6-10-6z" fill="@d"/><path d="M40 66h10m-10 9h10m-10 9h10" stroke="@d" stroke-width="4" stroke-linecap="round"/><path d="M62 54h66v6H62z" fill="#fff" opacity=".4"/>"##,
    ),
    (
        "bench-drill",
        0,
        r##"<path fill="@k" d="M44 160h104q8 0 8 8v6H36v-6q0-8 8-8z"/><path fill="@h" d="M126 44h14v118h-14z"/><path fill="@s" d="M48 126h94v10H48z"/><path fill="@a" d="M40 30q0-8 8-8h100q10 0 10 10v38H48q-8 0-8-8z"/><path d="M40 30q0-8 8-8h100q10 0 10 10v6H40z" fill="@l"/><path fill="@h" d="M66 70h22v18H66zM70 88h14l-3 14h-8zM75 102h4v20h-4z"/><path d="M96 54l26 34" stroke="@n" stroke-width="6" stroke-linecap="round"/><circle cx="122" cy="88" r="7" fill="@g"/><circle cx="58" cy="54" r="6" fill="#cf4a43"/><circle cx="74" cy="54" r="6" fill="#55984a"/>"##,
    ),
    (
        "tool-battery",
        0,
        r##"<path fill="@k" d="M38 78q0-8 8-8h108q8 0 8 8v72q0 10-10 10H48q-10 0-10-10z"/><path fill="@a" d="M38 122h124v28q0 10-10 10H48q-10 0-10-10z"/><path fill="@k" d="M56 44h88v28H56z"/><path d="M62 50h10v22H62zM80 50h10v22H80zM110 50h10v22h-10zM128 50h10v22h-10z" fill="@o"/><path d="M62 96h14v9H62zM82 96h14v9H82zM102 96h14v9h-14z" fill="#7ad06a"/><path d="M122 96h14v9h-14z" fill="#55616d"/><path d="M46 130h108v6H46z" fill="#fff" opacity=".35"/>"##,
    ),
    (
        "charger",
        0,
        r##"<path fill="@k" d="M30 82h140l10 66q0 12-12 12H32q-12 0-12-12z"/><path fill="@a" d="M62 48h76l6 44H56z"/><path d="M62 48h76l2 12H60z" fill="@l"/><path d="M70 74h60v7H70z" fill="@g" opacity=".6"/><path fill="@g" d="M52 92h96v12H52z"/><circle cx="58" cy="132" r="7" fill="#7ad06a"/><circle cx="78" cy="132" r="7" fill="#cf4a43"/><path d="M104 126h44m-44 10h44" stroke="#7b8793" stroke-width="4" stroke-linecap="round"/><path d="M168 158q22 4 20 22" fill="none" stroke="@g" stroke-width="6" stroke-linecap="round"/>"##,
    ),
    (
        "vacuum",
        0,
        r##"<circle cx="62" cy="164" r="14" fill="@k"/><circle cx="136" cy="164" r="14" fill="@k"/><path fill="@k" d="M46 104h106l-6 52H52z"/><path fill="@a" d="M46 74q0-26 28-26h50q28 0 28 26v34H46z"/><path fill="@s" d="M44 100h110v10H44z"/><path d="M76 48q0-16 24-16t24 16" fill="none" stroke="@g" stroke-width="9"/><circle cx="84" cy="132" r="13" fill="@g"/><path d="M84 132q-40 4-54-22-10-34 20-66" fill="none" stroke="@g" stroke-width="11" stroke-linecap="round"/><path d="M58 74q2-14 18-16" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".5"/><circle cx="128" cy="78" r="8" fill="@d"/>"##,
    ),
    (
        "multimeter",
        0,
        r##"<path d="M78 158q-6 26-40 14M122 158q6 26 40 14" fill="none" stroke-width="5" stroke="@g"/><path d="M122 158q6 26 40 14" fill="none" stroke-width="5" stroke="#cf4a43"/><rect x="52" y="20" width="96" height="146" rx="14" fill="@a"/><rect x="60" y="28" width="80" height="130" rx="8" fill="@k"/><rect x="68" y="36" width="64" height="32" rx="4" fill="@y"/><path d="M78 46h8v14h-8zM92 46h8v14h-8zM106 46h8v14h-8z" fill="@g" opacity=".7"/><circle cx="100" cy="106" r="24" fill="@s"/><path d="M97 86h6v24h-6z" fill="@c"/><circle cx="78" cy="146" r="6" fill="@n"/><circle cx="100" cy="146" r="6" fill="#cf4a43"/><circle cx="122" cy="146" r="6" fill="@n"/>"##,
    ),
    (
        "laser-meter",
        0,
        r##"<path d="M100 40L176 10" stroke="#e2332b" stroke-width="3" stroke-dasharray="7 5"/><rect x="62" y="34" width="74" height="138" rx="12" fill="@k"/><path fill="@a" d="M62 46q0-12 12-12h50q12 0 12 12v12H62z"/><rect x="72" y="62" width="54" height="40" rx="4" fill="@y"/><path d="M80 72h26M80 82h38M80 92h20" stroke="@g" stroke-width="4" opacity=".6"/><circle cx="99" cy="122" r="11" fill="#cf4a43"/><g fill="#77838f"><rect x="74" y="140" width="13" height="9" rx="3"/><rect x="93" y="140" width="13" height="9" rx="3"/><rect x="112" y="140" width="13" height="9" rx="3"/></g><circle cx="84" cy="46" r="6" fill="@g"/>"##,
    ),
    (
        "thermometer",
        0,
        r##"<path fill="@a" d="M44 40h70q16 0 16 16v16q0 16-16 16h-14l-6 8 10 64q0 10-10 10H66q-10 0-12-10L44 80z"/><path fill="@k" d="M120 44h24q8 0 8 8v22q0 8-8 8h-24z"/><circle cx="148" cy="63" r="8" fill="#e2584f"/><path fill="@k" d="M64 104h30l8 56q0 8-8 8H70q-8 0-9-8z"/><path d="M98 92q10 4 6 14l-4 8q-4-8-8-8z" fill="@d"/><rect x="54" y="48" width="42" height="26" rx="4" fill="@y"/><path d="M62 66V56m9 10V56m9 10V56" stroke="@g" stroke-width="4" opacity=".6"/>"##,
    ),
    (
        "scale",
        0,
        r##"<path fill="@s" d="M28 84q0-8 8-8h128q8 0 8 8v8H28z"/><path d="M36 76h128q6 0 8 6H28q2-6 8-6z" fill="@m"/><path fill="@n" d="M70 92h60v14H70z"/><path fill="@a" d="M42 106h116l12 46q0 12-12 12H42q-12 0-12-12z"/><rect x="54" y="116" width="58" height="28" rx="4" fill="@y"/><path d="M64 136v-12m12 12v-12m12 12v-12m12 12v-12" stroke="@g" stroke-width="5" opacity=".65"/><g fill="#fff" opacity=".8"><circle cx="128" cy="124" r="6"/><circle cx="146" cy="124" r="6"/><circle cx="128" cy="140" r="6"/><circle cx="146" cy="140" r="6"/></g>"##,
    ),
];
