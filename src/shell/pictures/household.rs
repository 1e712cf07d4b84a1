//! Chemicals, cleaning, storage and transport.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "dropper-bottle",
        0,
        r##"<path fill="@k" d="M88 22h24l4 40H84z"/><path fill="@t" d="M66 76q0-14 18-16h32q18 2 18 16v86q0 10-10 10H76q-10 0-10-10z"/><path d="M82 54h36v10H82z" fill="@d"/><path fill="@p" d="M66 92h68v54H66z"/><path d="M78 104h44m-44 12h30m-30 12h38" stroke="@c" stroke-width="6" stroke-linecap="round"/><path d="M74 78v82" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".4"/>"##,
    ),
    (
        "cartridge",
        -32,
        r##"<path fill="@p" d="M34 76h112v48H34z"/><path fill="@a" d="M52 76h66v48H52z"/><path d="M62 92h44m-44 14h30" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".85"/><path fill="@s" d="M26 74h10v52H26z"/><path d="M146 80l12 8v24l-12 8z" fill="#c3ccd4"/><path fill="@p" d="M156 93l36 4v6l-36 4z"/><path d="M36 82h110v7H36z" fill="#fff" opacity=".5"/>"##,
    ),
    (
        "spray-can",
        0,
        r##"<path fill="@t" d="M64 66q0-6 6-6h60q6 0 6 6v98q0 8-8 8H72q-8 0-8-8z"/><path fill="@h" d="M74 46q26-12 52 0l10 18H64z"/><path fill="@k" d="M84 20h32v26H84z"/><circle cx="92" cy="30" r="4" fill="@m"/><path fill="@p" d="M64 88h72v46H64z"/><path d="M76 100h40m-40 11h28m-28 11h46" stroke="@c" stroke-width="5" stroke-linecap="round"/><path d="M74 70v14m0 54v28" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".5"/><path fill="@s" d="M62 164h76v9H62z"/>"##,
    ),
    (
        "canister",
        0,
        r##"<path fill="@k" d="M60 22h30v18H60z"/><path fill-rule="evenodd" fill="@a" d="M44 58q0-16 16-18h30l56 22q10 4 10 14v88q0 8-8 8H52q-8 0-8-8zm60 2l-6 14 34 13 6-12z"/><path d="M148 66q8 4 8 10v88q0 8-8 8h-14V86z" fill="@d" opacity=".6"/><rect x="56" y="100" width="66" height="52" rx="4" fill="@p"/><path d="M66 114h40m-40 12h28m-28 12h44" stroke="@c" stroke-width="5" stroke-linecap="round"/><path d="M52 64v98" stroke="#fff" stroke-width="4" opacity=".4" stroke-linecap="round"/>"##,
    ),
    (
        "spray-bottle",
        0,
        r##"<path fill="@k" d="M70 24h58q10 0 10 10l-6 10h-24v18H88V48l-12 22-10-4 8-22q-8-4-4-20z"/><path fill="@y" d="M88 62h24q6 24 22 34 8 8 8 20v48q0 8-8 8H66q-8 0-8-8v-48q0-12 8-20 16-10 22-34z"/><path d="M58 124h84v40q0 8-8 8H66q-8 0-8-8z" fill="@c" opacity=".75"/><path fill="@p" d="M70 116h60v38H70z"/><path d="M80 128h40m-40 12h26" stroke="@c" stroke-width="5" stroke-linecap="round"/>"##,
    ),
    (
        "pump-bottle",
        0,
        r##"<path d="M96 44V26H62" fill="none" stroke="@n" stroke-width="10" stroke-linejoin="round"/><path fill="@s" d="M90 30h12v32H90z"/><path fill="@k" d="M78 56h36v18H78z"/><path fill="@t" d="M52 92q0-20 22-20h46q22 0 22 20v70q0 10-10 10H62q-10 0-10-10z"/><path fill="@p" d="M62 98h70v52H62z"/><path d="M74 112h44m-44 12h30m-30 12h38" stroke="@c" stroke-width="6" stroke-linecap="round"/><path d="M58 94v66" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".5"/>"##,
    ),
    (
        "cloth",
        0,
        r##"<path d="M32 122q66-22 136 0v34q-70 20-136 0z" fill="@d"/><path fill="@a" d="M32 100q66-22 136 0v34q-70 20-136 0z"/><path d="M32 78q66-22 136 0v34q-70 20-136 0z" fill="@d"/><path fill="@a" d="M32 66q66-26 136 0v28q-70 20-136 0z"/><path d="M48 74q50-16 104 0M48 86q50 14 104 0M48 124q50 14 104 0" fill="none" stroke="#fff" stroke-width="3" stroke-dasharray="3 5" opacity=".6"/>"##,
    ),
    (
        "mop",
        0,
        r##"<path d="M128 14L100 120" stroke="@v" stroke-width="11" stroke-linecap="round"/><path d="M126 14L98 118" stroke="#e0b47c" stroke-width="5" stroke-linecap="round"/><path fill="@k" d="M86 104h28l4 18H82z"/><path fill="@a" d="M46 122q54-14 108 0l6 18H40z"/><path fill="@p" d="M40 138h120l10 30q-10 8-18 0-8 10-18 0-8 10-18 0-8 10-18 0-8 10-18 0-8 10-18 0-8 10-18 0-8 6-14 0z"/><path d="M62 142l-6 26m22-26l-2 26m22-26v26m22-26l4 26m16-26l8 26" stroke="#c3ccd4" stroke-width="3"/>"##,
    ),
    (
        "broom",
        0,
        r##"<path d="M140 14l-34 96" stroke="@v" stroke-width="11" stroke-linecap="round"/><path d="M138 14l-34 94" stroke="#e0b47c" stroke-width="4" stroke-linecap="round"/><path fill="@w" d="M30 108h140q6 0 6 8v12H24v-12q0-8 6-8z"/><path fill="@a" d="M26 128h148l8 42H18z"/><path d="M38 128l-8 42m20-42l-5 42m18-42l-3 42m16-42l-1 42m14-42v42m13-42l1 42m12-42l3 42m9-42l6 42" stroke="@d" stroke-width="3"/>"##,
    ),
    (
        "bucket",
        0,
        r##"<path d="M42 72q0-54 58-54t58 54" fill="none" stroke="@n" stroke-width="5"/><path fill="@t" d="M38 70h124l-14 94q-48 12-96 0z"/><ellipse cx="100" cy="70" rx="64" ry="16" fill="@d"/><ellipse cx="100" cy="70" rx="55" ry="11" fill="#7fb4d0"/><path d="M64 70q20-8 44-6" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".8"/><path d="M52 92l8 64" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".4"/><path d="M122 104h18m-20 14h14m-16 14h18m-20 14h14" stroke="@d" stroke-width="3"/><rect x="86" y="14" width="28" height="9" rx="4" fill="@k"/>"##,
    ),
    (
        "refuse-sack",
        0,
        r##"<path fill="@a" d="M84 56q-4-18-20-28 14-2 22 8 6-12 14-14 8 2 14 14 8-10 22-8-16 10-20 28 44 20 44 70 0 46-60 46t-60-46q0-50 44-70z"/><path d="M82 54h36v9H82z" fill="@d"/><path d="M66 88q-14 20-12 48M100 76v30M126 84q14 16 16 40" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".35"/><path d="M146 104q12 40-20 60" fill="none" stroke="@d" stroke-width="6" stroke-linecap="round"/>"##,
    ),
    (
        "storage-bin",
        0,
        r##"<path d="M44 60h112l8 30v72H36V90z" fill="@d"/><path d="M50 66h100v30H50z" fill="@g" opacity=".55"/><g fill="@s"><circle cx="72" cy="98" r="13"/><circle cx="98" cy="94" r="13"/><circle cx="124" cy="98" r="13"/><circle cx="86" cy="108" r="12"/><circle cx="112" cy="108" r="12"/></g><path fill="@a" d="M36 74l12 34h104l12-34v88q0 6-6 6H42q-6 0-6-6z"/><rect x="72" y="124" width="56" height="24" rx="3" fill="@p"/><path d="M80 133h30m-30 8h20" stroke="#9aa6b1" stroke-width="3"/><path d="M40 58h120v8H40z" fill="@l"/>"##,
    ),
    (
        "crate",
        0,
        r##"<path d="M30 70h140l-6 22H36z" fill="@g" opacity=".6"/><path fill="@a" d="M26 84h148l-8 78q-1 6-8 6H42q-7 0-8-6z"/><path d="M20 68h160q4 0 4 6v14H16V74q0-6 4-6z" fill="@c"/><path d="M20 68h160v7H18z" fill="@l"/><path d="M78 96h44q5 0 5 6v6q0 6-5 6H78q-5 0-5-6v-6q0-6 5-6z" fill="@g" opacity=".65"/><path d="M52 96l4 66m88-66l-4 66M84 126v38m32-38v38" stroke="@d" stroke-width="5"/>"##,
    ),
    (
        "shelf",
        0,
        r##"<path fill="@h" d="M28 20h10v158H28zM162 20h10v158h-10z"/><path fill="@s" d="M28 66h144v8H28zM28 116h144v8H28zM28 164h144v8H28z"/><path fill="@w" d="M46 36h38v30H46z"/><path fill="@a" d="M92 28h28v38H92z"/><path fill="@w" d="M126 42h28v24h-28z"/><path fill="@a" d="M44 92h46v24H44z"/><path fill="@k" d="M98 86h22v30H98z"/><path fill="@a" d="M126 92h30v24h-30z"/><path fill="@w" d="M50 134h52v30H50z"/><path fill="@k" d="M110 138h44v26h-44z"/><path d="M60 36h8v12h-8zM72 134h10v12H72z" fill="#fff" opacity=".6"/>"##,
    ),
    (
        "cabinet",
        0,
        r##"<path fill="@a" d="M42 20h116v146H42z"/><path d="M42 20h116v8H42z" fill="@l"/><path d="M99 28h2v134h-2z" fill="@d"/><path d="M50 36h42v118H50zM108 36h42v118h-42z" fill="@c" opacity=".6"/><path d="M58 46h26m-26 7h26m-26 7h26M116 46h26m-26 7h26m-26 7h26" stroke="@d" stroke-width="3"/><rect x="90" y="84" width="5" height="26" rx="2" fill="@m"/><rect x="105" y="84" width="5" height="26" rx="2" fill="@m"/><path fill="@g" d="M48 166h14v8H48zM138 166h14v8h-14z"/>"##,
    ),
    (
        "tool-trolley",
        0,
        r##"<circle cx="58" cy="168" r="10" fill="@k"/><circle cx="142" cy="168" r="10" fill="@k"/><path fill="@k" d="M38 36h124v12H38z"/><path fill="@a" d="M42 48h116v110H42z"/><g fill="@c"><path d="M50 56h100v14H50zM50 76h100v14H50zM50 96h100v22H50zM50 124h100v26H50z"/></g><g stroke="@m" stroke-width="5" stroke-linecap="round"><path d="M70 60h60M70 80h60M70 102h60M70 131h60"/></g><path d="M158 56h16v44h-8V64h-8z" fill="@n"/>"##,
    ),
    (
        "toolbox",
        0,
        r##"<path d="M64 74V52q0-8 8-8h56q8 0 8 8v22" fill="none" stroke="@g" stroke-width="11"/><path fill="@a" d="M24 84q0-12 12-12h128q12 0 12 12v20H24z"/><path fill="@k" d="M20 104h160v52q0 10-10 10H30q-10 0-10-10z"/><path d="M24 84q0-12 12-12h128q12 0 12 12v2H24z" fill="@l"/><path fill="@s" d="M46 96h20v26H46zM134 96h20v26h-20z"/><path d="M34 128h132v8H34z" fill="#77838f" opacity=".35"/>"##,
    ),
    (
        "hand-truck",
        0,
        r##"<path d="M70 20q-18 0-14 18l22 116M122 16q-14 2-12 18l22 112" fill="none" stroke="@d" stroke-width="9" stroke-linecap="round"/><path d="M60 60l56-8M66 92l56-8M72 124l56-8" stroke="@c" stroke-width="7"/><path fill="@w" d="M84 60l60-10 14 76-60 10z"/><path d="M84 60l60-10 3 14-60 10z" fill="#f0d0a3"/><path d="M76 156l100-16 2 8-100 18z" fill="@n"/><circle cx="84" cy="160" r="18" fill="@k"/><circle cx="84" cy="160" r="8" fill="@s"/>"##,
    ),
    (
        "platform-trolley",
        0,
        r##"<path d="M36 126V34q0-10 10-10h12" fill="none" stroke="@d" stroke-width="9" stroke-linecap="round"/><path d="M36 60h20" stroke="@d" stroke-width="6"/><path fill="@a" d="M24 124h156q6 0 6 6v10H24z"/><path fill="@w" d="M74 72h50v52H74z"/><path fill="@v" d="M124 90h44v34h-44z"/><path d="M94 72h10v18H94zM142 90h8v12h-8z" fill="#fff" opacity=".6"/><circle cx="52" cy="156" r="14" fill="@k"/><circle cx="158" cy="156" r="14" fill="@k"/><circle cx="52" cy="156" r="6" fill="@s"/><circle cx="158" cy="156" r="6" fill="@s"/>"##,
    ),
    (
        "ladder",
        0,
        r##"<path d="M104 30l48 140M84 30L36 170" stroke="@n" stroke-width="8" stroke-linecap="round"/><path d="M116 30l44 140M124 30" stroke="#9aa6b1" stroke-width="6"/><path d="M80 30L30 170M112 30L92 170" stroke="#c3ccd4" stroke-width="9" stroke-linecap="round"/><path d="M72 62h32M62 90h38M53 118h44M42 146h52" stroke="@c" stroke-width="10"/><path fill="@a" d="M70 20h56v16H70z"/><path d="M74 24h48v4H74z" fill="#fff" opacity=".5"/>"##,
    ),
];
