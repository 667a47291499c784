/// The page's look. Colours are variables with a light and a dark value; every text colour has a
/// contrast of at least 4.5 to 1 on what it stands on.
enum Stylesheet {
  static let css: HTML = """
    \(colours)
    \(page)
    \(results)
    \(charts)
    \(responses)
    \(settings)
    \(phone)
    """

  private static let colours: HTML = """
    :root {
      color-scheme: light dark;
      --paper: #fbfaf7; --card: #ffffff; --ink: #1d1b18; --soft: #625d55; --line: #e3dfd6; --faint: #f2efe8;
      --p0: #0b6e63; --p1: #8a2f86; --p2: #6b5a00; --p3: #44546a;
      --accent: #1d4f91; --better: #17643a; --worse: #a83a12; --band: #0b6e6314;
      --up1: #e4effc; --up2: #c9def8; --up3: #a5c8f2; --up4: #7fb0ea;
      --down1: #fdeee0; --down2: #fad9bb; --down3: #f5bd8b; --down4: #ee9f5d;
      --zero: #f1eee7; --edge: transparent;
      --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, "Source Serif 4", Georgia, "Liberation Serif", serif;
      --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Inter, Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
      --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #141311; --card: #1c1b18; --ink: #eeebe4; --soft: #a8a298; --line: #35322c; --faint: #24221e;
        --p0: #4cc9b5; --p1: #dd8fd8; --p2: #d9bf55; --p3: #9fb3cc;
        --accent: #8db8f0; --better: #6fcf97; --worse: #f2996b; --band: #4cc9b51c;
        --up1: #16263a; --up2: #173656; --up3: #184a7a; --up4: #1a5ea1;
        --down1: #33231a; --down2: #4d2d17; --down3: #6e3a14; --down4: #8f4710;
        --zero: #26241f; --edge: #4a463d;
      }
    }
    """

  private static let page: HTML = """
    *, *::before { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 var(--sans); font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
    .masthead, main, footer { max-width: 1160px; margin: 0 auto; padding: 0 24px; }
    .symbols { position: absolute; }
    nav { display: flex; align-items: baseline; justify-content: space-between; gap: 16px; padding: 22px 0; border-bottom: 1px solid var(--line); }
    .wordmark { font: italic 600 20px/1 var(--serif); letter-spacing: -.01em; }
    .links { display: flex; gap: 20px; font-size: 14px; }
    a { color: var(--soft); text-decoration: none; } a:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 3px; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
    .eyebrow { margin: 0; color: var(--soft); font-size: 13px; letter-spacing: .01em; }
    .masthead .eyebrow { margin-top: 56px; }
    h1 { margin: 6px 0 18px; font: 600 clamp(32px, 5.2vw, 54px)/1.08 var(--serif); letter-spacing: -.022em; text-wrap: balance; max-width: 20em; }
    h2 { margin: 0 0 4px; font: 600 30px/1.15 var(--serif); letter-spacing: -.015em; }
    h3 { margin: 0; font: 600 18px/1.3 var(--sans); } h4 { margin: 0; font: 600 15px/1.35 var(--sans); } h5 { margin: 0; font: 600 13px/1.4 var(--sans); }
    h3.stage { margin: 36px 0 14px; } h3 span, h5 span, summary span { color: var(--soft); font-weight: 400; }
    section { margin: 72px 0 0; } #results { margin-top: 48px; } #results > h2 { display: none; }
    .note { margin: 0 0 20px; color: var(--soft); font-size: 15px; max-width: 46em; }
    .facts { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 0; padding: 0; list-style: none; color: var(--soft); font-size: 14px; }
    code { font: .92em var(--mono); } .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    footer { margin-top: 96px; padding-bottom: 40px; color: var(--soft); font-size: 14px; } footer p { border-top: 1px solid var(--line); padding-top: 20px; }
    .scroll { overflow-x: auto; position: relative; }
    table { border-collapse: collapse; width: 100%; font-size: 15px; }
    th { text-align: left; font-weight: 500; } thead th { color: var(--soft); font-size: 13px; font-weight: 400; vertical-align: bottom; }
    th, td { padding: 8px 14px 8px 0; border-bottom: 1px solid var(--line); }
    .better { color: var(--better); } .worse { color: var(--worse); } .same, .quiet { color: var(--soft); }
    """

  private static let results: HTML = """
    .evaluation { font: 600 22px/1.2 var(--serif); margin: 0 0 2px; } .pair + .evaluation, .scroll + .evaluation { margin-top: 48px; } .results small { white-space: nowrap; }
    .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0; border-top: 2px solid var(--ink); }
    .tile { padding: 16px 20px 6px 20px; border-left: 1px solid var(--line); min-width: 0; display: flex; flex-direction: column; }
    .tile:first-child { border-left: 0; padding-left: 0; } .tile:last-child { padding-right: 0; }
    .meaning { margin: 2px 0 10px; color: var(--soft); font-size: 13px; line-height: 1.35; min-height: 2.7em; }
    .tile .figure { margin: 0; font: 600 52px/1 var(--serif); letter-spacing: -.03em; font-variant-numeric: lining-nums tabular-nums; } .figure small { font-size: 24px; font-weight: 400; margin-left: 3px; color: var(--soft); }
    .change { margin: 8px 0 14px; font-size: 14px; font-weight: 600; } .change span { font-weight: 400; color: var(--soft); }
    .tile svg { margin-top: auto; }
    .pair { display: grid; grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); gap: 56px; margin-top: 44px; align-items: start; }
    .results td, .results thead th:not(:first-child) { text-align: right; } .results th, .results td { padding-right: 0; padding-left: 12px; } .results th:first-child { padding-left: 0; }
    .results .final { font-weight: 700; color: var(--ink); } .group th { padding-top: 22px; color: var(--soft); font-size: 13px; font-weight: 400; }
    .families { margin: 0; } .families figcaption p { margin: 2px 0 12px; color: var(--soft); font-size: 13px; }
    .key { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin: 0 6px 0 10px; } .key:first-child { margin-left: 0; }
    .key.hollow { border: 2px solid var(--soft); } .key.filled { background: var(--accent); } .key.tickmark { width: 2px; height: 12px; border-radius: 0; background: var(--soft); vertical-align: -2px; margin-left: 14px; }
    .findings { display: grid; grid-template-columns: 1fr 1fr; gap: 56px; padding: 36px 0 0; border-top: 1px solid var(--line); }
    .findings h3 { font: 600 22px/1.2 var(--serif); } .findings ul { margin: 14px 0 0; padding: 0; list-style: none; } .findings li { padding: 10px 0; border-top: 1px solid var(--line); max-width: 36em; } .findings li:first-child { border-top: 0; }
    """

  private static let charts: HTML = """
    .charts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 34px 36px; }
    .chart { margin: 0; min-width: 0; } .chart p { margin: 1px 0 6px; color: var(--soft); font-size: 13px; line-height: 1.35; }
    svg { display: block; width: 100%; height: auto; overflow: visible; font-family: var(--sans); }
    svg text { font-size: 12px; fill: var(--soft); }
    .grid { stroke: var(--line); stroke-width: 1; fill: none; } .leader { stroke: var(--line); fill: none; }
    .mean { fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; } .each { fill: none; stroke: currentColor; stroke-width: 1; opacity: .3; stroke-linejoin: round; }
    .series-ink { color: var(--accent); } .series-0 { color: var(--p0); } .series-1 { color: var(--p1); } .series-2 { color: var(--p2); } .series-3 { color: var(--p3); }
    .mean.series-1 { stroke-dasharray: 7 3.5; } .mean.series-2 { stroke-dasharray: 2 4; } .mean.series-3 { stroke-dasharray: 10 3 2 3; }
    svg text.end-value { font-size: 14px; font-weight: 650; fill: currentColor; } svg text.end-name { font-size: 12px; }
    .band { fill: var(--band); } svg text.band-label { font-size: 11.5px; }
    .marker { fill: var(--card); stroke: var(--ink); stroke-width: 2; } svg text.marker-label { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
    .baseline { stroke: var(--soft); stroke-dasharray: 2 4; fill: none; }
    .dot { fill: var(--paper); stroke: var(--soft); stroke-width: 2; } .dot.last { fill: var(--accent); stroke: var(--accent); }
    svg text.dot-value { fill: var(--soft); } svg text.dot-value.last { fill: var(--ink); font-weight: 700; }
    svg text.row-name { font-size: 13px; fill: var(--ink); } .families svg text.end-value { color: var(--ink); }
    .move { stroke-width: 3; opacity: .55; } .move.up { stroke: var(--accent); } .move.down { stroke: var(--worse); } .blind-mark { stroke: var(--soft); stroke-width: 2; }
    .rewards { font-size: 14px; } .rewards th { padding-right: 4px; } .rewards code { font-size: 12.5px; } .rewards td { text-align: right; } .rewards thead th:not(:first-child) { text-align: right; }
    .rewards td { padding-right: 0; } .rewards td.draw { width: 96px; padding-left: 10px; padding-right: 4px; } .spark-end { fill: var(--accent); } .rewards th, .rewards td { padding-top: 5px; padding-bottom: 5px; }
    """

  private static let responses: HTML = """
    .legend { display: flex; flex-wrap: wrap; gap: 12px 36px; align-items: center; padding: 12px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); font-size: 13px; color: var(--soft); }
    .scale { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; } .swatches { display: inline-flex; border-radius: 4px; overflow: hidden; } .swatches i { width: 24px; height: 14px; }
    .unit { flex-basis: 100%; } .processes { display: flex; gap: 22px; margin-left: auto; } .process { display: inline-flex; gap: 7px; align-items: center; padding-left: 10px; border-left: 4px solid; color: var(--ink); }
    .icon { width: 16px; height: 16px; flex: none; display: inline-block; } .p0 { --tone: var(--p0); --rule: solid; } .p1 { --tone: var(--p1); --rule: double; } .p2 { --tone: var(--p2); --rule: dashed; } .p3 { --tone: var(--p3); --rule: dotted; }
    .icon { color: var(--tone); } .process { border-left-color: var(--tone); border-left-style: var(--rule); }
    .sample { margin: 0 0 44px; padding: 26px 28px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
    .sample header h4 { font: 600 22px/1.25 var(--serif); margin: 2px 0 12px; } .sample .answer { margin: -4px 0 12px; font-size: 14px; color: var(--soft); } .answer strong { color: var(--ink); }
    .options { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; padding: 0; list-style: none; font-size: 14px; } .options li { padding: 2px 11px; border: 1px solid var(--line); border-radius: 20px; color: var(--soft); }
    .options .right { border-color: var(--better); color: var(--better); font-weight: 600; } .options .right::before { content: "\u{2713} " / ""; }
    .passages { margin: 0 0 14px; padding: 0; border-top: 0; font-size: 14px; color: var(--soft); } .passages summary { font-size: 13px; font-weight: 500; } .passages ol { margin: 4px 0 0; padding-left: 24px; white-space: pre-wrap; }
    .strip { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 6px; margin: 0 0 8px; padding: 0; list-style: none; font-size: 12px; color: var(--soft); } .strip img { display: block; width: 100%; border-radius: 4px; image-rendering: pixelated; background: #191919; outline: 1px solid var(--edge); outline-offset: -1px; } .strip span { display: block; margin-top: 3px; }
    .absent { margin: 0 0 8px; padding: 14px 16px; border: 1px dashed var(--line); border-radius: 6px; color: var(--soft); font-size: 14px; }
    .response { padding: 18px 0 14px; border-top: 1px solid var(--line); } .strip + .response, .absent + .response { border-top: 0; }
    .text { margin: 8px 0 12px; display: grid; gap: 3px; } .text p { margin: 0; }
    .segment { display: grid; grid-template-columns: 172px minmax(0, 1fr); gap: 14px; align-items: stretch; }
    .who { display: flex; gap: 7px; align-items: center; font-size: 13px; color: var(--soft); } .who b { margin-left: auto; color: var(--ink); font-size: 14px; }
    .segment > p:last-child { padding: 7px 13px; font: 14px/1.5 var(--mono); border-left: 5px var(--rule, solid) var(--tone, var(--line)); border-radius: 0 5px 5px 0; white-space: pre-wrap; color: var(--ink); }
    .token:hover { outline: 1px solid var(--line); } .tag { opacity: .72; font-size: .86em; } .cut { color: var(--soft); font: italic 13px/1.5 var(--sans); } .outcome { font-size: 13px; color: var(--worse); }
    .a0 { background: var(--zero); } .up1 { background: var(--up1); } .up2 { background: var(--up2); } .up3 { background: var(--up3); } .up4 { background: var(--up4); } .down1 { background: var(--down1); } .down2 { background: var(--down2); } .down3 { background: var(--down3); } .down4 { background: var(--down4); }
    .chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 0; padding: 0; list-style: none; font-size: 13px; } .chip { padding: 2px 10px; border: 1px solid var(--line); border-radius: 6px; color: var(--soft); } .chip b { color: var(--ink); }
    .chip.paid { background: var(--faint); color: var(--ink); border-color: transparent; } .chip.unpaid b { color: var(--worse); } .why { margin-left: 8px; padding-left: 8px; border-left: 1px solid var(--line); }
    details { border-top: 1px solid var(--line); padding: 12px 0 0; } summary { cursor: pointer; font-size: 15px; font-weight: 600; padding: 2px 0; } .more summary { font-size: 14px; font-weight: 500; color: var(--soft); } .more .response:first-of-type { border-top: 0; }
    """

  private static let settings: HTML = """
    #settings .facts { margin: 16px 0 36px; } #settings > .scroll { margin-top: 18px; } #settings details { padding: 14px 0; } details .note { margin: 8px 0 12px; }
    .nodes small { display: block; color: var(--soft); font-weight: 400; } .nodes tbody th { font: 500 13px/1.5 var(--mono); white-space: nowrap; } .nodes small { font: 12px/1.5 var(--sans); } .settings { font-size: 13px; color: var(--soft); min-width: 240px; } .nodes td, .nodes th { vertical-align: top; }
    pre { margin: 12px 0 0; padding: 18px 20px; overflow-x: auto; background: var(--faint); border-radius: 8px; font: 13px/1.6 var(--mono); tab-size: 2; } pre b { font-weight: 500; color: var(--accent); } pre i { color: var(--soft); }
    """

  private static let phone: HTML = """
    @media (max-width: 960px) {
      .tiles { grid-template-columns: 1fr 1fr; } .tile:nth-child(odd) { border-left: 0; padding-left: 0; } .tile:nth-child(even) { padding-right: 0; } .tile:nth-child(n+3) { border-top: 1px solid var(--line); }
      .pair { grid-template-columns: 1fr; gap: 36px; } .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    }
    @media (max-width: 640px) {
      .masthead, main, footer { padding: 0 18px; } nav { padding: 16px 0; } .links { gap: 14px; font-size: 13px; } .masthead .eyebrow { margin-top: 34px; } section { margin-top: 56px; }
      .tiles { grid-template-columns: 1fr; } .tile, .tile:nth-child(n) { padding: 16px 0 8px; border-left: 0; } .tile + .tile { border-top: 1px solid var(--line); } .meaning { min-height: 0; } .tile svg { max-width: 340px; }
      .charts, .findings { grid-template-columns: 1fr; } .findings { gap: 34px; }
      .results { font-size: 14px; } .results th, .results td { padding-left: 9px; } .results thead th { font-size: 12px; }
      .sample { margin-left: -18px; margin-right: -18px; padding: 20px 18px 12px; border-radius: 0; border-left: 0; border-right: 0; }
      .strip { grid-auto-columns: 92px; overflow-x: auto; padding-bottom: 8px; } .segment { grid-template-columns: 1fr; gap: 3px; } .text { gap: 10px; } .who b { margin-left: 4px; } .processes { margin-left: 0; } .swatches i { width: 16px; }
    }
    """
}
