//! Electrical goods and lighting.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "cable",
        0,
        r##"<g fill="none" stroke-width="15"><circle cx="100" cy="104" r="60" stroke="@d"/><circle cx="100" cy="100" r="60" stroke="@c"/><circle cx="100" cy="100" r="42" stroke="@d"/><circle cx="100" cy="97" r="42" stroke="@c"/></g><path d="M142 100q6 40 44 44" fill="none" stroke="@c" stroke-width="15"/><path d="M184 138l12 2M184 144l12 1M184 150l11-1" stroke="@q" stroke-width="3"/><path d="M52 78a54 54 0 0140-32M68 84a36 36 0 0126-20" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".5"/><path fill="@k" d="M32 92h44v16H32z"/>"##,
    ),
    (
        "patch-cable",
        0,
        r##"<path d="M54 88q0-54 46-54t46 54q0 40-46 40" fill="none" stroke="@d" stroke-width="12" transform="translate(0 3)"/><path d="M54 88q0-54 46-54t46 54q0 40-46 40-30 0-40 20" fill="none" stroke="@c" stroke-width="11"/><path fill="@y" d="M38 88h32v50H38z"/><path d="M42 130h24v22H42z" fill="#cfe7f3"/><path d="M45 136v14m5-14v14m5-14v14m5-14v14" stroke="@o" stroke-width="2.5"/><path fill="@k" d="M44 74h20v18H44z"/><path fill="@y" d="M84 146h34v26H84z"/><path fill="@k" d="M62 144l26-4v22l-22 2z"/><path d="M108 150v18m5-18v18" stroke="@q" stroke-width="2.5"/>"##,
    ),
    (
        "cable-gland",
        0,
        r##"<path fill="@s" d="M78 20h44v26H78z"/><path fill="@a" d="M62 44h76l8 12v28H54V56z"/><path d="M76 44v40m16-40v40m16-40v40m16-40v40" stroke="@d" stroke-width="4"/><path fill="@k" d="M66 84h68v14H66z"/><path fill="@a" d="M48 96h104v26H48z"/><path d="M70 96v26m60-26v26" stroke="@d" stroke-width="4"/><path fill="@s" d="M70 122h60v46H70z"/><path d="M70 130h60m-60 9h60m-60 9h60m-60 9h60" stroke="@n" stroke-width="3"/><path d="M62 52h10v30H62z" fill="#fff" opacity=".35"/>"##,
    ),
    (
        "ferrule",
        -30,
        r##"<path fill="@s" d="M84 88h90v24H84z"/><path d="M84 92h90v6H84z" fill="#fff" opacity=".7"/><path fill="@a" d="M28 76h42l22 12v24l-22 12H28q-8-24 0-48z"/><ellipse cx="28" cy="100" rx="7" ry="24" fill="@d"/><path d="M36 82h32v6H36z" fill="#fff" opacity=".45"/><ellipse cx="174" cy="100" rx="4" ry="12" fill="@n"/>"##,
    ),
    (
        "terminal",
        0,
        r##"<path fill="@p" d="M40 92h120v66q0 6-6 6H46q-6 0-6-6z" opacity=".95"/><path d="M40 92h120v14H40z" fill="#c6d0d8"/><g fill="@a"><path d="M46 44h30l-4 52H46zM85 44h30l-2 52H87zM124 44h30v52h-26z"/></g><g fill="@d"><path d="M46 44h30v8H46zM85 44h30v8H85zM124 44h30v8h-30z"/></g><g fill="@g"><circle cx="60" cy="134" r="12"/><circle cx="100" cy="134" r="12"/><circle cx="140" cy="134" r="12"/></g><g fill="@o"><circle cx="60" cy="134" r="6"/><circle cx="100" cy="134" r="6"/><circle cx="140" cy="134" r="6"/></g>"##,
    ),
    (
        "plug",
        0,
        r##"<path d="M100 150q0 34 40 36" fill="none" stroke="@g" stroke-width="13" stroke-linecap="round"/><path fill="@s" d="M72 20h10v42H72zM118 20h10v42h-10z"/><path fill="@a" d="M50 58h100v36q0 32-26 44H76q-26-12-26-44z"/><path d="M50 58h100v12H50z" fill="@d"/><path fill="@k" d="M84 136h32v22H84z"/><path d="M84 143h32m-32 7h32" stroke="@g" stroke-width="3"/><path d="M60 76q0 30 14 44" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".45"/><path d="M92 84v28m8-28v28m8-28v28" stroke="@d" stroke-width="4" stroke-linecap="round"/>"##,
    ),
    (
        "breaker",
        0,
        r##"<path fill="@p" d="M66 18h68v26h10v112h-10v26H66v-26H56V44h10z"/><path d="M118 18h16v26h10v112h-10v26h-16z" fill="#b9c4ce" opacity=".5"/><path d="M72 78h56v44H72z" fill="#d3dae0"/><path fill="@a" d="M84 70h32v32H84z"/><path d="M84 70h32v8H84z" fill="@l"/><circle cx="100" cy="34" r="8" fill="@n"/><circle cx="100" cy="166" r="8" fill="@n"/><path d="M94 34h12M94 166h12" stroke="@g" stroke-width="3"/><path d="M74 132h40m-40 9h26" stroke="#8b98a5" stroke-width="4"/><path d="M74 56h20" stroke="@c" stroke-width="5"/>"##,
    ),
    (
        "fuse",
        -30,
        r##"<path d="M46 78h108v44H46z" fill="@y" opacity=".9"/><path d="M46 100q14-10 27 0t27 0 27 0 27 0" fill="none" stroke="@n" stroke-width="3"/><path d="M46 84h108v8H46z" fill="#fff" opacity=".7"/><path fill="@s" d="M18 74h40v52H18zM142 74h40v52h-40z"/><path d="M50 74h8v52h-8zM142 74h8v52h-8z" fill="@n" opacity=".6"/>"##,
    ),
    (
        "battery",
        0,
        r##"<path fill="@h" d="M56 26h20v12H56zM124 42h20v10h-20z"/><path fill="@t" d="M40 38h52v126q-26 8-52 0z"/><path d="M40 38h52v40H40z" fill="@o"/><path d="M40 74h52v8H40z" fill="#fff" opacity=".5"/><path fill="@t" d="M108 52h52v112q-26 8-52 0z"/><path d="M108 52h52v36h-52z" fill="@o"/><path d="M108 84h52v8h-52z" fill="#fff" opacity=".5"/><path d="M66 96v28M52 110h28M134 102v28M120 116h28" stroke="#fff" stroke-width="6" opacity=".85"/>"##,
    ),
    (
        "cable-tie",
        0,
        r##"<path d="M64 60q-36 36-16 76 30 36 76 18 44-24 36-66-14-40-64-40" fill="none" stroke="@d" stroke-width="13"/><path d="M64 58q-36 36-16 76 30 36 76 18 44-24 36-66-14-40-64-40" fill="none" stroke="@c" stroke-width="9"/><path fill="@a" d="M60 34h40v34H60z"/><path d="M66 44h26v12H66z" fill="@d"/><path d="M62 50L18 30" stroke="@c" stroke-width="9" stroke-linecap="round"/><path d="M52 128q20 28 58 20" fill="none" stroke="@d" stroke-width="3" stroke-dasharray="3 4"/>"##,
    ),
    (
        "bulb",
        0,
        r##"<circle cx="100" cy="80" r="60" fill="#ffe9a8" opacity=".35"/><path d="M100 26a52 52 0 0131 94q-8 8-8 18H77q0-10-8-18a52 52 0 0131-94z" fill="#fff6d8"/><path d="M100 26a52 52 0 0131 94q-8 8-8 18h-23z" fill="#f6dc93" opacity=".7"/><path d="M70 62q8-18 26-20" fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round"/><path d="M86 138l-6-42 10 10 10-10 10 10 10-10-6 42" fill="none" stroke="@q" stroke-width="3"/><path fill="@s" d="M78 136h44v32l-10 8H88l-10-8z"/><path d="M78 144l44 5m-44 5l44 5m-44 5l42 5" stroke="@n" stroke-width="4"/><path fill="@g" d="M90 174h20l-4 8H94z"/>"##,
    ),
    (
        "tube-lamp",
        -30,
        r##"<path d="M10 84h180v32H10z" fill="@p"/><path d="M24 89h152v8H24z" fill="#fff"/><path d="M24 104h152v8H24z" fill="#c8d5df" opacity=".8"/><path fill="@s" d="M8 82h22v36H8zM170 82h22v36h-22z"/><path d="M0 91h9M0 109h9M191 91h9M191 109h9" stroke="@q" stroke-width="4"/>"##,
    ),
    (
        "luminaire",
        0,
        r##"<path d="M40 112L16 172h168l-24-60z" fill="#ffe9a8" opacity=".4"/><path d="M56 40v30M144 40v30" stroke="@n" stroke-width="4"/><path fill="@s" d="M18 66h164l8 24H10z"/><path fill="@p" d="M14 90h172l-8 22q-78 10-156 0z"/><path d="M14 90h172l-2 6H16z" fill="@c"/><path d="M34 100h132" stroke="#fff6c9" stroke-width="7" stroke-linecap="round"/><path d="M42 84h14v18H42zM144 84h14v18h-14z" fill="@n"/>"##,
    ),
    (
        "highbay",
        0,
        r##"<path d="M52 120L22 176h156l-30-56z" fill="#ffe9a8" opacity=".4"/><path d="M100 18q10 0 10 9t-10 9" fill="none" stroke="@n" stroke-width="5"/><path fill="@k" d="M76 36h48l6 26H70z"/><path d="M78 62V40m11 22V38m11 24V38m11 24V38m11 24V40" stroke="@g" stroke-width="4"/><path fill="@a" d="M66 62h68l26 46H40z"/><ellipse cx="100" cy="110" rx="60" ry="14" fill="@d"/><ellipse cx="100" cy="111" rx="50" ry="10" fill="#fff8da"/><path d="M76 70h10l-12 30H60z" fill="#fff" opacity=".35"/>"##,
    ),
    (
        "torch",
        -28,
        r##"<path d="M166 70l20-12v84l-20-12z" fill="#ffe9a8" opacity=".6"/><path fill="@k" d="M12 84h92v32H12q-6-16 0-32z"/><path d="M24 84v32m10-32v32m10-32v32m10-32v32" stroke="@g" stroke-width="4"/><path fill="@a" d="M100 82h24l20-16h22v68h-22l-20-16h-24z"/><path d="M152 66h14v68h-14z" fill="@d"/><rect x="72" y="76" width="20" height="12" rx="5" fill="@c"/><path d="M16 90h80v5H16z" fill="#fff" opacity=".3"/><path d="M166 70q8 30 0 60z" fill="#fff6c9"/>"##,
    ),
    (
        "exit-sign",
        0,
        r##"<path d="M60 34v20M140 34v20" stroke="@n" stroke-width="5"/><rect x="18" y="50" width="164" height="96" rx="8" fill="@p"/><rect x="26" y="58" width="148" height="80" rx="4" fill="#2f9a58"/><path d="M112 68h44v62h-44z" fill="#fff"/><path d="M120 76h28v54h-28z" fill="#2f9a58"/><g stroke="#fff" stroke-width="8" stroke-linecap="round" fill="none"><path d="M76 90l-12 18 14 8-2 14M66 106l-14 16M74 92l14 8 12-4M74 92l-16-2-8 12"/></g><circle cx="84" cy="76" r="8" fill="#fff"/><circle cx="166" cy="142" r="3" fill="#7ad06a"/>"##,
    ),
    (
        "monitor",
        0,
        r##"<path fill="@s" d="M86 134h28v26H86z"/><path fill="@k" d="M58 158h84q6 0 6 8H52q0-8 6-8z"/><rect x="16" y="34" width="168" height="104" rx="8" fill="@k"/><rect x="23" y="41" width="154" height="86" rx="3" fill="@a"/><path d="M23 41h92L72 127H23z" fill="#fff" opacity=".16"/><path d="M40 60h50m-50 14h34m-34 14h60m-60 14h44" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".75"/><path d="M122 106V88m14 18V74m14 32V64" stroke="#fff" stroke-width="9" opacity=".75"/>"##,
    ),
];
