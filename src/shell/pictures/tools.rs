//! Tools for the hand, cutting tools and measuring tools.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "drill-bit",
        -38,
        r##"<path fill="@s" d="M14 86h66v28H14z"/><path fill="@s" d="M80 84h84l22 16-22 16H80z"/><path d="M84 84q18 2 24 32h14q-8-28-24-32zM122 84q18 2 24 32h12q-8-28-22-32z" fill="@n" opacity=".75"/><path d="M92 84q18 2 24 32h4q-8-28-22-32zM130 84q18 2 24 32h4q-8-28-22-32z" fill="@m" opacity=".8"/><path d="M164 84l22 16-22 16z" fill="@n" opacity=".5"/><path d="M16 90h60v5H16z" fill="#fff" opacity=".6"/>"##,
    ),
    (
        "drill-set",
        0,
        r##"<path fill="@a" d="M28 96h144v60q0 8-8 8H36q-8 0-8-8z"/><path d="M28 96h144v12H28z" fill="@d"/><g fill="@h"><path d="M42 34l6-10 6 10v66H42zM64 44l5-9 5 9v56H64zM85 54l5-8 5 8v46H85zM106 62l4-7 4 7v38h-8zM126 70l3-6 3 6v30h-6zM144 76l3-6 3 6v24h-6z"/></g><path d="M42 44l12 8m-12 6l12 8m-12 6l12 8M64 54l10 7m-10 5l10 7M85 62l10 6m-10 6l10 6" stroke="@n" stroke-width="3" opacity=".7"/><rect x="74" y="122" width="52" height="20" rx="4" fill="@p"/>"##,
    ),
    (
        "tap",
        -38,
        r##"<path fill="@s" d="M14 90h16v-4h24v28H30v-4H14zM54 88h38v24H54z"/><path fill="@o" d="M92 82h66l24 10v16l-24 10H92z"/><path d="M94 82l5 36m4-36l5 36m4-36l5 36m4-36l5 36m4-36l5 36m4-36l5 36m4-35l5 32m4-30l4 26" fill="none" stroke="@q" stroke-width="3"/><path d="M92 95h88v9H92z" fill="@g" opacity=".55"/>"##,
    ),
    (
        "hole-saw",
        0,
        r##"<path fill="@h" d="M50 76h100v66l-6 8-7-8-6 8-7-8-6 8-7-8-6 8-7-8-6 8-7-8-6 8-7-8-6 8-7-8-6 8-6-8z"/><ellipse cx="100" cy="76" rx="50" ry="18" fill="@a"/><ellipse cx="100" cy="76" rx="14" ry="5" fill="@g"/><path fill="@h" d="M92 22h16v54H92z"/><rect x="64" y="104" width="22" height="12" rx="6" fill="@g" opacity=".7"/><rect x="112" y="104" width="22" height="12" rx="6" fill="@g" opacity=".7"/>"##,
    ),
    (
        "saw-blade",
        0,
        r##"<circle cx="100" cy="100" r="66" fill="none" stroke="@n" stroke-width="14" stroke-dasharray="14 9.040"/><circle cx="100" cy="100" r="66" fill="@s"/><circle cx="100" cy="100" r="48" fill="@a" opacity=".85"/><circle cx="100" cy="100" r="36" fill="@s"/><circle cx="100" cy="100" r="15" fill="@g"/><path d="M100 34v20M166 100h-20M100 166v-20M34 100h20" stroke="@n" stroke-width="3" stroke-linecap="round"/><path d="M52 72a56 56 0 0136-28" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".75"/>"##,
    ),
    (
        "cutting-disc",
        0,
        r##"<circle cx="100" cy="104" r="72" fill="@g"/><circle cx="100" cy="100" r="72" fill="@k"/><circle cx="100" cy="100" r="62" fill="none" stroke="#77828d" stroke-width="1.5" stroke-dasharray="3 4"/><circle cx="100" cy="100" r="52" fill="@a"/><circle cx="100" cy="100" r="52" fill="none" stroke="@l" stroke-width="2"/><path d="M62 92h40v6H62zM62 104h28v5H62z" fill="#fff" opacity=".75"/><circle cx="100" cy="100" r="17" fill="@s"/><circle cx="100" cy="100" r="10" fill="@p"/>"##,
    ),
    (
        "hammer",
        -40,
        r##"<path fill="@w" d="M28 90q-8 10 0 20h98V92z"/><path d="M28 90q-8 10 0 20h36V91z" fill="@a"/><path d="M34 94h88v4H34z" fill="#fff" opacity=".4"/><path fill="@s" d="M122 66h32v68h-32z"/><path fill="@k" d="M118 42h40l2 26h-44z"/><path fill="@s" d="M116 38h44v9h-44z"/><path fill="@k" d="M122 132h32l-8 32h-14z"/>"##,
    ),
    (
        "mallet",
        -40,
        r##"<path fill="@w" d="M24 92q-7 8 0 16h100V93z"/><path d="M30 96h90v3H30z" fill="#fff" opacity=".4"/><path fill="@s" d="M114 70h38v60h-38z"/><path fill="@a" d="M110 44q0-4 4-4h38q4 0 4 4v28h-46z"/><path fill="@k" d="M110 128h46v28q0 4-4 4h-38q-4 0-4-4z"/><path d="M118 74h6v52h-6z" fill="#fff" opacity=".6"/>"##,
    ),
    (
        "wrench",
        -40,
        r##"<path fill="@s" d="M58 88h88v24H58z"/><path d="M66 95h74v9H66z" fill="@n" opacity=".4"/><path fill-rule="evenodd" fill="@s" d="M160 72a30 30 0 110 56 30 30 0 010-56zm4 12l-14 8v16l14 8 14-8V92z"/><path fill="@s" d="M62 78l14 10v24l-14 10q-22 14-42 0l-6-8 30-4V90l-30-4 6-8q20-14 42 0z"/><path d="M24 74q18-10 36 4" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".7"/>"##,
    ),
    (
        "hex-key",
        0,
        r##"<path d="M52 32v106q0 22 22 22h78" fill="none" stroke="@g" stroke-width="21" stroke-linejoin="round"/><path d="M52 32v106q0 22 22 22h78" fill="none" stroke="#56626e" stroke-width="15"/><path d="M48 32v108q0 25 26 24" fill="none" stroke="#93a0ac" stroke-width="4"/><path fill="@a" d="M41 70h22v58H41z"/><path d="M45 74h5v50h-5z" fill="#fff" opacity=".5"/>"##,
    ),
    (
        "socket-set",
        0,
        r##"<path fill="@k" d="M22 54q0-8 8-8h140q8 0 8 8v96q0 8-8 8H30q-8 0-8-8z"/><path fill="@a" d="M32 56h136v92H32z"/><g fill="@s"><circle cx="50" cy="76" r="13"/><circle cx="82" cy="76" r="12"/><circle cx="112" cy="76" r="11"/><circle cx="139" cy="76" r="9"/><circle cx="158" cy="76" r="7"/></g><g fill="@g"><circle cx="50" cy="76" r="6"/><circle cx="82" cy="76" r="5.5"/><circle cx="112" cy="76" r="5"/><circle cx="139" cy="76" r="4"/><circle cx="158" cy="76" r="3"/></g><path fill="@s" d="M44 106h78q4-10 16-10t16 14-16 14-16-8H44z"/><path fill="@k" d="M44 103h36v16H44z"/><path fill="@s" d="M44 130h64v8H44z"/>"##,
    ),
    (
        "torque-wrench",
        -40,
        r##"<path fill="@s" d="M62 91h78v18H62z"/><path fill="@k" d="M10 88q0-4 4-4h52v32H14q-4 0-4-4z"/><path d="M20 84v32m10-32v32m10-32v32m10-32v32" stroke="@g" stroke-width="3"/><rect x="78" y="93" width="34" height="13" rx="3" fill="@p"/><path d="M82 99h6m4 0h6m4 0h6" stroke="@n" stroke-width="3"/><path fill="@a" d="M66 86h8v28h-8z"/><path fill="@s" d="M140 88q12-16 30-8 14 20 0 40-18 8-30-8z"/><circle cx="162" cy="100" r="12" fill="@n"/><path fill="@m" d="M156 94h12v12h-12z"/>"##,
    ),
    (
        "screwdriver",
        -40,
        r##"<path fill="@s" d="M92 94h78v12H92z"/><path fill="@n" d="M168 94l18 3v6l-18 3z"/><path fill="@a" d="M12 92q0-14 14-16h46q8 0 12 10l12 4v20l-12 4q-4 10-12 10H26q-14-2-14-16z"/><path fill="@k" d="M26 76h40v14H26zM26 110h40v14H26z" opacity=".85"/><path d="M18 94h64v5H18z" fill="#fff" opacity=".4"/>"##,
    ),
    (
        "bit-set",
        0,
        r##"<path fill="@a" d="M26 88h148v62q0 8-8 8H34q-8 0-8-8z"/><g fill="@h"><path d="M40 52h12v44H40zM62 52h12v44H62zM84 52h12v44H84zM106 52h12v44h-12zM128 52h12v44h-12zM150 52h12v44h-12z"/></g><g fill="@n"><path d="M42 40h8v14h-8zM64 40h8v14h-8zM86 40h8v14h-8zM108 40h8v14h-8zM130 40h8v14h-8zM152 40h8v14h-8z"/></g><path d="M26 88h148v12H26z" fill="@d"/><rect x="46" y="118" width="108" height="14" rx="7" fill="@l" opacity=".7"/>"##,
    ),
    (
        "pliers",
        0,
        r##"<path d="M92 92q-34 30-38 76" fill="none" stroke="@d" stroke-width="22" stroke-linecap="round"/><path d="M108 92q34 30 38 76" fill="none" stroke="@d" stroke-width="22" stroke-linecap="round"/><path d="M90 94q-32 30-36 72M110 94q32 30 36 72" fill="none" stroke="@c" stroke-width="14" stroke-linecap="round"/><path fill="@h" d="M98 26q-26 8-26 46l14 26h14z"/><path fill="@s" d="M102 26q26 8 26 46l-14 26h-14z"/><circle cx="100" cy="86" r="17" fill="@s"/><circle cx="100" cy="86" r="7" fill="@n"/><path d="M99 32v34" stroke="@g" stroke-width="3"/>"##,
    ),
    (
        "utility-knife",
        -35,
        r##"<path fill="@h" d="M128 86h42l14 22h-56z"/><path d="M140 86l6 22m8-22l6 22" stroke="@n" stroke-width="2"/><path fill="@a" d="M14 94q0-16 16-16h92q8 0 12 8v24q-4 10-12 10H30q-16 0-16-16z"/><path d="M30 92h84v12H30z" fill="@g"/><rect x="78" y="86" width="26" height="20" rx="5" fill="@k"/><path d="M84 88v16m6-16v16m6-16v16" stroke="#77828d" stroke-width="2"/>"##,
    ),
    (
        "hacksaw",
        -12,
        r##"<path d="M44 112V66h116v46" fill="none" stroke="@n" stroke-width="12" stroke-linejoin="round"/><path d="M44 110V64h116v46" fill="none" stroke="#a9b4bf" stroke-width="9" stroke-linejoin="round"/><path fill="@s" d="M36 112h134v9l-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4-6-4z"/><path fill="@a" d="M14 92q6-14 22-14h14v54q-8 26-26 20-16-6-6-26 6-16-4-34z"/><path d="M26 96q6 16-2 36" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".5"/>"##,
    ),
    (
        "clamp",
        0,
        r##"<path fill="@h" d="M52 22h16v150H52z"/><path fill="@a" d="M46 30q0-8 8-8h84q8 0 8 8v22h-16V44H46zM44 104h90q10 0 10 10v22h-26v-14H44z"/><path fill="@h" d="M124 96h12v70h-12z"/><path d="M124 102l12 5m-12 4l12 5m-12 22l12 5m-12 4l12 5" stroke="@n" stroke-width="3"/><path fill="@s" d="M114 84h32v14h-32z"/><rect x="110" y="160" width="40" height="9" rx="4.5" fill="@w"/><rect x="124" y="46" width="24" height="9" rx="3" fill="@s"/>"##,
    ),
    (
        "vice",
        0,
        r##"<path fill="@k" d="M44 148h110l8 20H36z"/><path fill="@a" d="M62 86h84v64H56v-30q0-6 6-10z"/><path fill="@a" d="M22 60h44v36q0 8-8 8H34q-12 0-12-12zM84 60h60v40H84z"/><path fill="@s" d="M58 50h9v26h-9zM83 50h9v26h-9z"/><path fill="@s" d="M14 108h62v16H14z"/><rect x="10" y="88" width="8" height="58" rx="4" fill="@s"/><path d="M96 66h42v7H96z" fill="#fff" opacity=".35"/>"##,
    ),
    (
        "file",
        -40,
        r##"<path fill="@s" d="M66 84h104l16 16-16 16H66z"/><path d="M72 84l14 32m0-32l14 32m0-32l14 32m0-32l14 32m0-32l14 32m0-32l14 32m0-32l10 24" stroke="@n" stroke-width="2.5" opacity=".6"/><path fill="@a" d="M10 100q0-18 18-18h26q10 4 14 10v16q-4 6-14 10H28q-18 0-18-18z"/><path d="M20 92h34v5H20z" fill="#fff" opacity=".45"/><path fill="@n" d="M62 91h8v18h-8z"/>"##,
    ),
    (
        "caliper",
        -16,
        r##"<path fill="@s" d="M18 78h166v20H18z"/><path d="M44 98v-8m8 8v-8m8 8v-8m8 8v-8m60 8v-8m8 8v-8m8 8v-8m8 8v-8m8 8v-8m8 8v-8m8 8v-8" stroke="@n" stroke-width="2"/><path fill="@s" d="M18 78l6-30 16 30v20l-8 66-14-34z"/><path fill="@h" d="M54 78l14-30 4 30v20l-2 32-14 34-8-66z"/><path fill="@a" d="M62 70h58q6 0 6 6v36q0 6-6 6H62z"/><rect x="72" y="80" width="42" height="18" rx="3" fill="@y"/><path d="M80 106h8m6 0h8" stroke="#fff" stroke-width="5" stroke-linecap="round"/>"##,
    ),
    (
        "micrometer",
        0,
        r##"<path d="M50 84v22q0 42 44 42t44-40" fill="none" stroke="@d" stroke-width="24"/><path d="M50 84v22q0 42 44 42t44-40" fill="none" stroke="@c" stroke-width="18"/><path fill="@s" d="M40 72h28v22H40zM68 76h10v14H68zM92 77h30v12H92z"/><path fill="@s" d="M118 70h26v26h-26z"/><path fill="@s" d="M144 66h34v34h-34z"/><path d="M148 66v34m6-34v34m6-34v34m6-34v34" stroke="@n" stroke-width="2"/><path fill="@k" d="M178 72h12v22h-12z"/>"##,
    ),
    (
        "dial-gauge",
        0,
        r##"<path fill="@h" d="M92 116h16v40H92zM96 150h8v24h-8zM95 20h10v20H95z"/><circle cx="100" cy="86" r="54" fill="@k"/><circle cx="100" cy="86" r="47" fill="@p"/><path d="M100 44v9M130 57l-6 6M142 86h-9M130 115l-6-6M70 115l6-6M58 86h9M70 57l6 6" stroke="@g" stroke-width="3"/><path d="M100 86l24-26" stroke="@c" stroke-width="4" stroke-linecap="round"/><circle cx="100" cy="86" r="6" fill="@g"/><circle cx="84" cy="104" r="10" fill="none" stroke="@n" stroke-width="2"/>"##,
    ),
    (
        "tape-measure",
        0,
        r##"<path fill="@o" d="M132 134h56v14h-56z"/><path d="M142 134v7m10-7v10m10-10v7m10-7v10" stroke="@g" stroke-width="2"/><path fill="@s" d="M184 130h7v24h-7z"/><path fill="@a" d="M30 72q0-32 32-32h40q46 0 46 50v58H50q-20 0-20-20z"/><circle cx="88" cy="94" r="36" fill="@k"/><circle cx="88" cy="94" r="27" fill="@l"/><path d="M68 84a24 24 0 0128-12" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".7"/><rect x="104" y="34" width="28" height="12" rx="5" fill="@k"/>"##,
    ),
    (
        "spirit-level",
        -14,
        r##"<path fill="@a" d="M8 80h184v40H8z"/><path d="M8 80h184v8H8zM8 112h184v8H8z" fill="@d"/><path d="M8 80h10v40H8zM182 80h10v40h-10z" fill="@g"/><rect x="76" y="90" width="48" height="20" rx="5" fill="#d8ee7a"/><rect x="92" y="93" width="16" height="10" rx="5" fill="#f7fcd8"/><path d="M89 90v20m22-20v20" stroke="@g" stroke-width="2"/><circle cx="42" cy="100" r="11" fill="#d8ee7a"/><circle cx="158" cy="100" r="11" fill="#d8ee7a"/>"##,
    ),
];
