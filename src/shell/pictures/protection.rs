//! What people wear.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "helmet",
        0,
        r##"<path fill="@a" d="M32 126q0-74 68-76 68 2 68 76z"/><path d="M84 52q16-6 32 0v74H84z" fill="@l"/><path d="M90 56q10-4 20 0v70H90z" fill="@c" opacity=".5"/><path fill="@d" d="M22 124q78-22 156 0 10 4 8 14-86-18-172 0-2-10 8-14z"/><path d="M48 104q4-30 26-42" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".55"/><path d="M46 136q54-10 108 0l-4 8q-50-8-100 0z" fill="@g" opacity=".8"/><circle cx="56" cy="116" r="4" fill="@d"/><circle cx="144" cy="116" r="4" fill="@d"/>"##,
    ),
    (
        "goggles",
        0,
        r##"<path d="M20 92q-8-22 14-30M180 92q8-22-14-30" fill="none" stroke="@g" stroke-width="8" stroke-linecap="round"/><path fill="@a" d="M18 84q0-14 16-16 66-14 132 0 16 2 16 16v22q0 26-26 28-32 4-44-22-12-10-24 0-12 26-44 22-26-2-26-28z"/><path fill="@y" d="M30 86q2-8 12-10 58-12 116 0 10 2 12 10v16q0 20-20 20-22 2-32-18-18-14-36 0-10 20-32 18-20 0-20-20z"/><path d="M44 104q2-18 30-22l-18 32q-12 0-12-10zM122 82l16 2-18 24q-4-10-8-12z" fill="#fff" opacity=".6"/>"##,
    ),
    (
        "gloves",
        0,
        r##"<path fill="@k" d="M62 92V44q0-9 9-9t9 9V28q0-9 9-9t9 9v8q0-9 9-9t9 9v14q0-8 8-8t8 8v52l6-12q6-12 15-8 8 4 4 14l-18 50q-4 14-16 18H78q-16-8-16-32z"/><path fill="@a" d="M62 128q4 28 20 28h38q14-4 18-18l3-8q-40 14-79-2z"/><path fill="@a" d="M78 156h46v18H78z"/><path d="M78 162h46m-46 6h46" stroke="@d" stroke-width="3"/><path d="M80 48v40m18-44v42m18-34v36" stroke="@g" stroke-width="3" stroke-linecap="round" opacity=".8"/><path d="M68 48v42" stroke="#fff" stroke-width="3" opacity=".25" stroke-linecap="round"/>"##,
    ),
    (
        "glove-box",
        0,
        r##"<path fill="@p" d="M34 84h132v78H34z"/><path d="M34 84l18-22h96l18 22z" fill="#e3e9ee"/><path fill="@a" d="M34 122h132v40H34z"/><ellipse cx="100" cy="84" rx="34" ry="14" fill="@g"/><path d="M76 84q-4-30 8-36 8-2 8 12 2-26 10-26t8 24q2-18 9-16 7 2 3 42z" fill="@c"/><path d="M92 60v22m18-24v24" stroke="@d" stroke-width="3" stroke-linecap="round"/><circle cx="60" cy="142" r="10" fill="#fff" opacity=".8"/><path d="M80 136h58v5H80zM80 147h40v5H80z" fill="#fff" opacity=".7"/>"##,
    ),
    (
        "boots",
        0,
        r##"<path fill="@w" d="M54 30h54q4 44 10 60 14 12 40 16 20 4 22 28v10H54q-6-60 0-114z"/><path fill="@k" d="M50 142h134v14q0 8-8 8h-38l-6-8H96l-4 8H58q-8 0-8-8z"/><path d="M138 104q40 4 42 30v8h-46q-4-20 4-38z" fill="@v"/><path d="M92 46l18 4m-16 12l18 4m-14 12l18 4m-12 10l18 4" stroke="@m" stroke-width="4" stroke-linecap="round"/><path d="M54 30h54l1 12H53z" fill="@c"/><path d="M62 52v70" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".35"/>"##,
    ),
    (
        "shoe",
        0,
        r##"<path fill="@k" d="M24 84q20-6 38 2 22 12 50-12 14 24 38 30 34 6 36 30v10H22q-6-32 2-60z"/><path d="M148 104q34 6 36 28h-44q-4-18 8-28z" fill="@g"/><path fill="@a" d="M22 128q60 8 162 4v12H22z"/><path fill="@g" d="M20 142h166v10q0 8-8 8H28q-8 0-8-8z"/><path d="M98 84l12 12m0-20l14 14m2-4l10 10" stroke="@l" stroke-width="4" stroke-linecap="round"/><path d="M34 94q14-4 24 2" fill="none" stroke="@c" stroke-width="7" stroke-linecap="round"/>"##,
    ),
    (
        "earmuffs",
        0,
        r##"<path d="M44 118q-4-84 56-84t56 84" fill="none" stroke="@g" stroke-width="13"/><path d="M50 96q2-54 50-54t50 54" fill="none" stroke="#6b7682" stroke-width="3"/><rect x="24" y="96" width="36" height="66" rx="17" fill="@a"/><rect x="140" y="96" width="36" height="66" rx="17" fill="@a"/><rect x="52" y="100" width="18" height="58" rx="9" fill="@k"/><rect x="130" y="100" width="18" height="58" rx="9" fill="@k"/><path d="M34 114v28M150 114v28" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".45"/><path d="M41 84h10v22H41zM149 84h10v22h-10z" fill="@n"/>"##,
    ),
    (
        "earplugs",
        0,
        r##"<path d="M62 120q-30 60 40 44 60-18 44-46" fill="none" stroke="@n" stroke-width="5"/><path fill="@a" d="M44 50q18-26 36 0 8 36 4 66-22 14-44 0-4-30 4-66z"/><path fill="@a" d="M124 50q18-26 36 0 8 36 4 66-22 14-44 0-4-30 4-66z"/><path d="M52 56q-4 30-2 54M132 56q-4 30-2 54" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".5"/><ellipse cx="62" cy="118" rx="22" ry="7" fill="@d"/><ellipse cx="142" cy="118" rx="22" ry="7" fill="@d"/>"##,
    ),
    (
        "vest",
        0,
        r##"<path fill="@a" d="M70 26h16l14 22 14-22h16l22 16-8 44 10 82h-50l-4-8-4 8H46l10-82-8-44z"/><path d="M70 26h16l14 22v120l-4-8-4 8H46l10-82-8-44z" fill="@l" opacity=".4"/><path d="M100 48v114" stroke="@d" stroke-width="3"/><path fill="@s" d="M53 100h94l2 16H51zM49 134h102l2 14H47z"/><path fill="@s" d="M70 28h12l4 70H72zM130 28h-12l-4 70h14z" opacity=".9"/>"##,
    ),
    (
        "trousers",
        0,
        r##"<path fill="@k" d="M56 24h88l12 146h-42L100 74l-14 96H44z"/><path fill="@a" d="M48 116l40-2-2 40-40 2zM152 116l-40-2 2 40 40 2z"/><path d="M56 24h88l1 14H55z" fill="@c"/><path d="M62 42l16 4-8 26-12-2zM138 42l-16 4 8 26 12-2z" fill="@a"/><path d="M100 38v34" stroke="@g" stroke-width="4"/><rect x="93" y="26" width="14" height="10" rx="2" fill="@o"/>"##,
    ),
    (
        "dust-mask",
        0,
        r##"<path d="M44 84q-40-6-20-30M156 84q40-6 20-30M46 128q-36 10-26 26M154 128q36 10 26 26" fill="none" stroke="@c" stroke-width="5" stroke-linecap="round"/><path fill="@p" d="M100 42q56 20 58 60-4 46-58 60-54-14-58-60 2-40 58-60z"/><path d="M100 42q56 20 58 60-4 46-58 60z" fill="#b9c4ce" opacity=".45"/><path d="M46 92q54 20 108 0" fill="none" stroke="#b9c4ce" stroke-width="3"/><rect x="84" y="100" width="36" height="30" rx="8" fill="@a"/><path d="M92 108h20m-20 7h20m-20 7h20" stroke="#fff" stroke-width="3" opacity=".7"/><path d="M82 56q18-10 36 0" fill="none" stroke="@n" stroke-width="5" stroke-linecap="round"/>"##,
    ),
    (
        "first-aid",
        0,
        r##"<path d="M74 62V46q0-8 8-8h36q8 0 8 8v16" fill="none" stroke="@n" stroke-width="9"/><rect x="26" y="60" width="148" height="104" rx="12" fill="#3f9a58"/><path d="M26 72q0-12 12-12h124q12 0 12 12v34H26z" fill="#62b878"/><path d="M26 104h148v5H26z" fill="#2c7542"/><path fill="@p" d="M86 78h28v22h22v28h-22v22H86v-22H64v-28h22z"/><path d="M40 98h16v16H40zM144 98h16v16h-16z" fill="@s"/>"##,
    ),
];
