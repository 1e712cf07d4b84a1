//! Hydraulics and pneumatics.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "hose",
        0,
        r##"<g fill="none" stroke-width="18"><ellipse cx="100" cy="122" rx="66" ry="36" stroke="@d"/><ellipse cx="100" cy="110" rx="66" ry="36" stroke="@c"/><ellipse cx="100" cy="98" rx="66" ry="36" stroke="@d"/><ellipse cx="100" cy="86" rx="66" ry="36" stroke="@c"/></g><path d="M44 68q24-22 66-20" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".5"/><path d="M164 84q20 40-4 70" fill="none" stroke="@c" stroke-width="18"/><path fill="@o" d="M140 140l28 14-14 30-26-14z"/><path d="M136 148l28 14m-32-6l28 14" stroke="@q" stroke-width="4"/>"##,
    ),
    (
        "fitting",
        0,
        r##"<path fill="@h" d="M76 112h48v16H76z"/><path fill="@o" d="M58 88h84v30H58z"/><path d="M58 88h26v30H58zM116 88h26v30h-26z" fill="@q" opacity=".45"/><path fill="@o" d="M72 118h56v52H72z"/><path d="M72 128h56m-56 10h56m-56 10h56m-56 10h56" stroke="@q" stroke-width="4"/><path fill="@s" d="M66 54h68v34H66z"/><path fill="@a" d="M72 36h56v20H72z"/><path d="M82 24h36v14H82z" fill="@d"/><path d="M74 60h10v26H74z" fill="#fff" opacity=".6"/>"##,
    ),
    (
        "coupling",
        -20,
        r##"<path fill="@s" d="M18 84h36v32H18z"/><path d="M24 84v32m9-32v32m9-32v32" stroke="@n" stroke-width="4"/><path fill="@o" d="M52 74h28v52H52z"/><path fill="@a" d="M78 68h50v64H78z"/><path d="M86 68v64m9-64v64m9-64v64m9-64v64" stroke="@d" stroke-width="4"/><path fill="@s" d="M128 76h18v48h-18zM146 86h20v28h-20zM166 80h12v40h-12z"/><path d="M54 80h22v8H54z" fill="#fff" opacity=".5"/>"##,
    ),
    (
        "hose-clamp",
        0,
        r##"<ellipse cx="100" cy="112" rx="62" ry="58" fill="none" stroke="@n" stroke-width="15"/><ellipse cx="100" cy="108" rx="62" ry="58" fill="none" stroke="#c3ccd4" stroke-width="13"/><path d="M44 132a62 58 0 0034 30" fill="none" stroke="@n" stroke-width="13" stroke-dasharray="3 5" opacity=".7"/><path fill="@s" d="M66 34h66v30H66z"/><path fill="@a" d="M60 40h8v18h-8z"/><path fill="@s" d="M132 36h22v26h-22z"/><path d="M132 49h22" stroke="@n" stroke-width="4"/><path d="M76 38v22m8-22v22m8-22v22m8-22v22m8-22v22m8-22v22" stroke="@n" stroke-width="2.5"/>"##,
    ),
    (
        "valve",
        0,
        r##"<path fill="@a" d="M92 34h72q16 0 16 11t-16 11H92z"/><path d="M100 39h66v5h-66z" fill="#fff" opacity=".45"/><path fill="@s" d="M90 42h20v40H90z"/><path fill="@o" d="M64 90q0-14 36-14t36 14v44q0 12-36 12t-36-12z"/><path fill="@o" d="M14 86h54v54H14zM132 86h54v54h-54z"/><path d="M24 86v54m11-54v54m11-54v54m109-54v54m11-54v54m11-54v54" stroke="@q" stroke-width="5"/><path d="M70 88h12v52q-12-2-12-8z" fill="#fff" opacity=".45"/><path fill="@s" d="M84 74h32v10H84z"/>"##,
    ),
    (
        "solenoid",
        0,
        r##"<path fill="@k" d="M66 26h68q6 0 6 6v52H60V32q0-6 6-6z"/><path d="M70 36h60v8H70z" fill="#77838f" opacity=".6"/><path fill="@a" d="M138 40h40v32h-40z"/><path d="M178 56q14 0 14 18" fill="none" stroke="@g" stroke-width="8" stroke-linecap="round"/><path fill="@s" d="M80 84h40v12H80z"/><path fill="@s" d="M28 96h144v46H28z"/><path d="M28 96h144v12H28z" fill="@m" opacity=".7"/><circle cx="60" cy="122" r="12" fill="@g"/><circle cx="100" cy="122" r="12" fill="@g"/><circle cx="140" cy="122" r="12" fill="@g"/><path fill="@n" d="M40 142h120v16H40z"/><circle cx="158" cy="50" r="4" fill="#7ad06a"/>"##,
    ),
    (
        "cylinder",
        -24,
        r##"<path fill="@s" d="M132 92h52v16h-52z"/><path fill="@h" d="M180 84h12v32h-12z"/><path fill="@s" d="M26 66h92v68H26z"/><path d="M26 76h92v10H26z" fill="#fff" opacity=".55"/><path fill="@a" d="M14 58h22v84H14zM112 58h24v84h-24z"/><circle cx="25" cy="72" r="5" fill="@g"/><circle cx="124" cy="72" r="5" fill="@g"/><path d="M44 114h60" stroke="@n" stroke-width="5" stroke-linecap="round"/>"##,
    ),
    (
        "regulator",
        0,
        r##"<path fill="@k" d="M80 18h40q6 0 6 6v24H74V24q0-6 6-6z"/><path d="M84 20v28m8-28v28m8-28v28m8-28v28m8-28v28" stroke="@g" stroke-width="3"/><path fill="@s" d="M40 60h120v32H40z"/><path fill="@a" d="M66 46h68v54H66z"/><path d="M70 100h60v48q0 18-30 18t-30-18z" fill="@y" opacity=".95"/><path d="M72 132h56v16q0 16-28 16t-28-16z" fill="#7fb4d0" opacity=".7"/><path d="M80 106v46" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".7"/><circle cx="100" cy="72" r="19" fill="@p"/><path d="M100 72l9-10" stroke="#cf4a43" stroke-width="4" stroke-linecap="round"/><path fill="@n" d="M94 164h12v12H94z"/>"##,
    ),
];
