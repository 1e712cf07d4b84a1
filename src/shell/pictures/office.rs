//! Office, computers, packaging.

use super::Drawing;

pub(super) const DRAWINGS: &[Drawing] = &[
    (
        "pen",
        -40,
        r##"<path fill="@a" d="M46 86h104q14 0 20 14-6 14-20 14H46z"/><path fill="@s" d="M14 96l32-12v32l-32-12zM168 94h18v12h-18z"/><path d="M6 98l10-2v8l-10-2z" fill="@g"/><path fill="@k" d="M46 84h36v32H46z"/><path d="M54 84v32m8-32v32m8-32v32" stroke="@g" stroke-width="3"/><path fill="@s" d="M104 82h62v7h-62z"/><path d="M86 93h70v5H86z" fill="#fff" opacity=".45"/>"##,
    ),
    (
        "marker",
        -40,
        r##"<path fill="@p" d="M62 80h92v40H62z"/><path d="M62 80h92v10H62z" fill="#fff"/><path fill="@a" d="M150 80h30q8 20 0 40h-30z"/><path fill="@k" d="M34 86h30v28H34z"/><path d="M10 94l26-6v24l-26-2z" fill="@c"/><path d="M80 80h30v40H80z" fill="@c"/><path d="M152 86h24v6h-24z" fill="#fff" opacity=".45"/>"##,
    ),
    (
        "paper",
        0,
        r##"<path d="M32 84l68-28 70 22-72 34z" fill="#fff"/><path d="M32 84l66 28v54l-66-30z" fill="#e6ebef"/><path d="M98 112l72-34v52l-72 36z" fill="#ccd5dc"/><path d="M32 94l66 29m-66-17l66 29m-66-17l66 29m-66-17l66 29M98 123l72-34M98 135l72-34M98 147l72-34" stroke="#b3bec8" stroke-width="1.5"/><path d="M58 73l68 24v54l-12 6V103L46 78z" fill="@c"/><path d="M58 73l68 24-12 6-68-25z" fill="@l"/>"##,
    ),
    (
        "binder",
        0,
        r##"<path fill="@a" d="M40 26h58q6 0 6 6v136q0 6-6 6H40z"/><path d="M104 34l52 10v118l-52 10z" fill="@d"/><path d="M104 40l44 9v108l-44 9z" fill="#fff"/><path d="M104 46l40 8v98l-40 8z" fill="#dbe2e8"/><rect x="52" y="42" width="40" height="62" rx="3" fill="@p"/><path d="M58 58h28m-28 12h28m-28 12h18" stroke="#9aa6b1" stroke-width="4"/><circle cx="72" cy="142" r="13" fill="@s"/><circle cx="72" cy="142" r="8" fill="@g"/><path d="M44 32v136" stroke="#fff" stroke-width="4" opacity=".35"/>"##,
    ),
    (
        "stapler",
        0,
        r##"<path fill="@k" d="M20 142h158q6 0 6 12v8H20q-8-12 0-20z"/><path fill="@s" d="M34 116h140v14l-12 8H34z"/><path fill="@a" d="M26 112q-4-30 30-36l112 18q16 4 16 20v6H34q-8 0-8-8z"/><path d="M44 92q10-8 22-6l94 15" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".5"/><circle cx="40" cy="126" r="9" fill="@n"/><path d="M160 142h18v6h-18z" fill="@n"/>"##,
    ),
    (
        "keyboard",
        0,
        r##"<path fill="@k" d="M24 76h152l14 66q0 10-10 10H20q-10 0-10-10z"/><path d="M30 82h140l11 54H19z" fill="#2c343c"/><g stroke="#8b97a3" stroke-width="9" stroke-dasharray="10 4"><path d="M32 91h138M28 105h144M26 119h146"/></g><path d="M24 131h18m8 0h96m8 0h18" stroke="#8b97a3" stroke-width="8"/><path d="M32 91h10" stroke="@c" stroke-width="9"/><path d="M24 76h152l1 4H23z" fill="#8b97a3"/>"##,
    ),
    (
        "mouse",
        0,
        r##"<path d="M100 48q0-26 26-26" fill="none" stroke="@g" stroke-width="5"/><path fill="@k" d="M58 90q0-46 42-46t42 46v34q0 46-42 46t-42-46z"/><path fill="@a" d="M58 100h84v24q0 46-42 46t-42-46z"/><path d="M100 44v56" stroke="@g" stroke-width="4"/><rect x="93" y="62" width="14" height="26" rx="7" fill="@s"/><path d="M70 114q0 30 16 40" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".4"/>"##,
    ),
    (
        "toner",
        -12,
        r##"<path fill="@k" d="M18 78h164v40l-14 20H32l-14-20z"/><path fill="@a" d="M18 78h164v16H18z"/><path d="M36 138h128v12H36z" fill="@g"/><path fill="@o" d="M40 144h120v9H40z"/><path fill="@k" d="M74 56h52v24h-10V66H84v14H74z"/><circle cx="176" cy="122" r="10" fill="@s"/><rect x="34" y="102" width="54" height="22" rx="3" fill="@p"/><path d="M40 110h30m-30 7h40" stroke="#9aa6b1" stroke-width="3"/>"##,
    ),
    (
        "labels",
        0,
        r##"<path d="M98 42h72v118l-60-10z" fill="@p"/><g fill="none" stroke="#c3ccd4" stroke-width="2"><path d="M124 58h38v26h-38zM124 92h38v26h-38zM124 126h38v22h-38z"/></g><path d="M130 66h26m-26 8h16m-16 26h26m-26 8h16" stroke="@c" stroke-width="4"/><ellipse cx="76" cy="100" rx="52" ry="60" fill="@p"/><ellipse cx="76" cy="100" rx="52" ry="60" fill="none" stroke="#c3ccd4" stroke-width="2"/><ellipse cx="76" cy="100" rx="36" ry="42" fill="none" stroke="#d8dfe5" stroke-width="3"/><ellipse cx="76" cy="100" rx="20" ry="24" fill="@w"/><ellipse cx="76" cy="100" rx="14" ry="17" fill="#5c6873"/>"##,
    ),
    (
        "carton",
        0,
        r##"<path fill="@w" d="M34 84l64 22v66L34 148z"/><path fill="@v" d="M98 106l68-24v64l-68 26z"/><path d="M34 84l66-22 66 20-68 24z" fill="#a97943"/><path d="M34 84L14 62l64-20 22 20z" fill="#ecc796"/><path d="M166 82l22-22-60-18-28 20z" fill="#dcb17a"/><path d="M34 84l-14 24 60 22 18-24z" fill="#f0d0a3"/><path d="M112 134l36-13v14l-36 13z" fill="@c" opacity=".8"/>"##,
    ),
    (
        "tape",
        0,
        r##"<ellipse cx="92" cy="112" rx="66" ry="56" fill="@d"/><ellipse cx="92" cy="98" rx="66" ry="56" fill="@c"/><ellipse cx="92" cy="98" rx="54" ry="45" fill="none" stroke="@l" stroke-width="2" opacity=".7"/><ellipse cx="92" cy="98" rx="34" ry="28" fill="@w"/><ellipse cx="92" cy="101" rx="28" ry="22" fill="#5c6873"/><path d="M156 106q24 0 36 16l-8 14q-12-16-30-14z" fill="@l"/><path d="M44 70q18-22 46-22" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".5"/>"##,
    ),
    (
        "pallet-wrap",
        0,
        r##"<path fill="@h" d="M72 14h42v16H72z"/><path fill="@t" d="M52 28h82v136q-41 12-82 0z" opacity=".9"/><path d="M62 30h10v136H62zM84 30h4v140h-4z" fill="#fff" opacity=".4"/><path d="M134 40l46 8v108l-46 6z" fill="@y" opacity=".75"/><path d="M180 48v108" stroke="#fff" stroke-width="3" opacity=".8"/><path fill="@w" d="M72 166h42v14H72z"/><ellipse cx="93" cy="28" rx="41" ry="9" fill="@l"/><ellipse cx="93" cy="28" rx="20" ry="5" fill="@v"/>"##,
    ),
    (
        "bubble-wrap",
        0,
        r##"<path d="M62 60h118v104H62z" fill="#d5e9f4"/><g fill="none" stroke="#fff" stroke-width="13" stroke-linecap="round" stroke-dasharray="0 19"><path d="M112 74h66M112 92h66M112 110h66M112 128h66M112 146h66"/></g><g fill="none" stroke="#a9cde0" stroke-width="5" stroke-linecap="round" stroke-dasharray="0 19"><path d="M114 76h64M114 94h64M114 112h64M114 130h64M114 148h64"/></g><path d="M18 60h84v104H18z" fill="@y"/><ellipse cx="60" cy="60" rx="42" ry="17" fill="#e9f5fb"/><ellipse cx="60" cy="60" rx="30" ry="12" fill="none" stroke="#a9cde0" stroke-width="3"/><ellipse cx="60" cy="60" rx="13" ry="5" fill="@c"/><ellipse cx="60" cy="164" rx="42" ry="12" fill="#8fc0d8"/>"##,
    ),
    (
        "paper-roll",
        0,
        r##"<path d="M46 62h92v98q-46 20-92 0z" fill="@p"/><path d="M136 70q30 10 34 90l-34-6z" fill="#e6ebef"/><path d="M46 96h92M46 130h92" stroke="#cfd8df" stroke-width="2" stroke-dasharray="5 4"/><ellipse cx="92" cy="62" rx="46" ry="18" fill="#fff"/><ellipse cx="92" cy="62" rx="34" ry="13" fill="none" stroke="#cfd8df" stroke-width="3"/><ellipse cx="92" cy="62" rx="16" ry="6" fill="@v"/><path d="M46 108h92v16H46z" fill="@c" opacity=".75"/>"##,
    ),
    (
        "bag",
        0,
        r##"<path d="M44 48h112v116q-56 10-112 0z" fill="@y" opacity=".9"/><path d="M44 36h112v14H44z" fill="@c"/><path d="M44 56h112" stroke="@c" stroke-width="4"/><path d="M58 70v88M66 70v40" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".75"/><g fill="@n"><circle cx="92" cy="144" r="10"/><circle cx="118" cy="148" r="10"/><circle cx="106" cy="130" r="10"/><circle cx="136" cy="138" r="9"/></g><g fill="#dfe6eb"><circle cx="92" cy="144" r="4"/><circle cx="118" cy="148" r="4"/><circle cx="106" cy="130" r="4"/><circle cx="136" cy="138" r="4"/></g>"##,
    ),
];
