//! Bolts, nuts, washers and what else holds things together.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "hex-bolt",
        -38,
        r##"<path fill="@s" d="M64 82h96l8 6v24l-8 6H64z"/><path d="M92 82l6 36m4-36l6 36m4-36l6 36m4-36l6 36m4-36l6 36m4-36l6 36m4-36l6 36" fill="none" stroke="@n" stroke-width="3" opacity=".55"/><rect x="56" y="56" width="8" height="88" rx="3" fill="@s"/><path fill="@h" d="M26 66l6-6h24v80H32l-6-6z"/><path d="M32 60h24v19H30zM30 121h26v19H32z" fill="@n" opacity=".45"/><path d="M30 84h26v14H29z" fill="@m" opacity=".7"/>"##,
    ),
    (
        "cap-screw",
        -38,
        r##"<path fill="@k" d="M66 80h92l8 6v28l-8 6H66z"/><path d="M88 80l6 40m4-40l6 40m4-40l6 40m4-40l6 40m4-40l6 40m4-40l6 40m4-40l6 40" fill="none" stroke="@g" stroke-width="3"/><path fill="@k" d="M28 62q0-6 6-6h32v88H34q-6 0-6-6z"/><path d="M36 56v88M42 56v88M48 56v88M54 56v88M60 56v88" stroke="@g" stroke-width="2.5" opacity=".8"/><path d="M28 72h38v12H28z" fill="@m" opacity=".22"/>"##,
    ),
    (
        "wood-screw",
        -38,
        r##"<path fill="@o" d="M30 58q-8 42 0 84l24-24h28V82H54z"/><path fill="@o" d="M82 84h64l34 16-34 16H82z"/><path d="M84 78l10 44m4-42l10 40m4-38l10 36m4-34l10 32m4-29l8 26m4-21l7 17" fill="none" stroke="@q" stroke-width="4"/><path d="M30 58q-8 42 0 84l5-6q-6-36 0-72z" fill="@q"/><path d="M50 88h92v5H50z" fill="#fff" opacity=".45"/>"##,
    ),
    (
        "hex-nut",
        0,
        r##"<path fill="@n" d="M100 38l58 32v66l-58 34-58-34V70z"/><path fill="@s" d="M100 30l58 33v66l-58 33-58-33V63z"/><path fill="@m" d="M100 30l58 33-14 8-44-25-44 25-14-8z" opacity=".8"/><circle cx="100" cy="96" r="36" fill="@n"/><circle cx="100" cy="98" r="32" fill="#3d4853"/><path d="M72 84a32 32 0 0156 0M70 94a32 32 0 0160 0M70 105a32 32 0 0160 0" fill="none" stroke="#8b98a5" stroke-width="3" opacity=".7"/>"##,
    ),
    (
        "washer",
        0,
        r##"<path fill-rule="evenodd" fill="@n" d="M100 60a68 52 0 110 104 68 52 0 010-104zm0 20a31 24 0 100 48 31 24 0 000-48z"/><path fill-rule="evenodd" fill="@s" d="M100 52a68 52 0 110 104 68 52 0 010-104zm0 28a31 24 0 100 48 31 24 0 000-48z"/><path d="M69 104a31 24 0 0162 0 31 22 0 00-62 0z" fill="@n"/><path d="M40 92a62 46 0 0152-32" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".7"/>"##,
    ),
    (
        "rod",
        -38,
        r##"<path fill="@s" d="M16 84h164l6 5v22l-6 5H16l-6-5V89z"/><path d="M16 84l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32m3-32l5 32" fill="none" stroke="@n" stroke-width="2.5" opacity=".6"/><path fill="@h" d="M112 66h34v68h-34z"/><path d="M112 66h34v17h-34zM112 117h34v17h-34z" fill="@n" opacity=".4"/>"##,
    ),
    (
        "wall-plug",
        -38,
        r##"<path fill="@a" d="M24 74h12v8h112l30 12v12l-30 12H36v8H24z"/><path d="M70 97h106v6H70z" fill="@d"/><path d="M52 76l10 6h-14zM80 76l10 6H76zM108 76l10 6h-14zM52 124l10-6h-14zM80 124l10-6H76zM108 124l10-6h-14z" fill="@c"/><path d="M40 86h106v5H40z" fill="#fff" opacity=".35"/><circle cx="30" cy="100" r="7" fill="@d"/>"##,
    ),
    (
        "anchor",
        -38,
        r##"<path fill="@s" d="M20 86h126v28H20z"/><path d="M22 86l5 28m4-28l5 28m4-28l5 28m4-28l5 28m4-28l5 28m4-28l5 28" fill="none" stroke="@n" stroke-width="3" opacity=".6"/><path fill="@h" d="M44 68h24v64H44z"/><path d="M44 68h24v16H44zM44 116h24v16H44z" fill="@n" opacity=".4"/><rect x="70" y="62" width="7" height="76" rx="2" fill="@s"/><path fill="@s" d="M146 86l30-8v44l-30-8z"/><path fill="@o" d="M118 82h32l14-5v46l-14-5h-32z"/><path d="M128 80v16m12-16v16m-12 8v16m12-16v16" stroke="@q" stroke-width="3"/>"##,
    ),
    (
        "rivet",
        -38,
        r##"<path fill="@s" d="M66 90h112l8 10-8 10H66z"/><path fill="@a" d="M34 60q8-4 10 4v72q-2 8-10 4-12-40 0-80z"/><path fill="@s" d="M44 78h60v44H44z"/><path d="M44 86h60v8H44z" fill="#fff" opacity=".6"/><path fill="@n" d="M104 84l10 6v20l-10 6z"/>"##,
    ),
    (
        "circlip",
        0,
        r##"<path d="M72 150a60 60 0 1156 0" fill="none" stroke="@n" stroke-width="17" stroke-linecap="round" transform="translate(0 5)"/><path d="M72 150a60 60 0 1156 0" fill="none" stroke="#a9b4bf" stroke-width="15" stroke-linecap="round"/><path d="M46 112a58 58 0 0130-64" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".8"/><circle cx="74" cy="148" r="12" fill="@s"/><circle cx="126" cy="148" r="12" fill="@s"/><circle cx="74" cy="148" r="4.5" fill="@g"/><circle cx="126" cy="148" r="4.5" fill="@g"/>"##,
    ),
];
