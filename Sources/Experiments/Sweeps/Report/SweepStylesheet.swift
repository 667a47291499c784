/// What the report of a sweep adds to the look of reports.
enum SweepStylesheet {
  static let css: HTML = """
    .heat svg text { text-anchor: middle; } .heat svg text.row { text-anchor: end; fill: var(--ink); } .heat svg text.column { fill: var(--ink); } .heat svg text.axis { text-anchor: start; }
    .heat rect { stroke: var(--paper); stroke-width: 2; fill: var(--card); } .heat rect.a0 { fill: var(--zero); }
    .heat rect.up1 { fill: var(--up1); } .heat rect.up2 { fill: var(--up2); } .heat rect.up3 { fill: var(--up3); } .heat rect.up4 { fill: var(--up4); }
    .heat rect.down1 { fill: var(--down1); } .heat rect.down2 { fill: var(--down2); } .heat rect.down3 { fill: var(--down3); } .heat rect.down4 { fill: var(--down4); }
    .heat rect.unknown { stroke: var(--line); stroke-width: 1; } .heat rect.infeasible { fill: var(--line); } .heat rect.hatch { fill: url(#hatch); stroke: none; }
    .heat rect.outline { fill: none; stroke: var(--ink); stroke-width: 2; stroke-dasharray: 5 3; }
    .heat svg text.value { font-size: 15px; fill: var(--ink); } .heat .among text.value { font-weight: 750; } .heat svg text.detail { font-size: 11.5px; fill: var(--ink); } .heat svg text.mark { font-size: 11px; font-weight: 650; fill: var(--ink); text-anchor: start; }
    .heat svg text.state { fill: var(--soft); } .hatch-line { stroke: var(--soft); stroke-width: 1.2; opacity: .55; }
    .heat .legend { margin: 18px 0 0; } .sample-key { display: inline-block; width: 22px; height: 14px; vertical-align: -2px; margin-right: 6px; border-radius: 2px; } .sample-key.outline { border: 2px dashed var(--ink); } .sample-key.infeasible { background: var(--line); }
    .sample-key.hatch { border: 1px solid var(--line); background: repeating-linear-gradient(135deg, transparent 0 4px, var(--soft) 4px 5px); }
    .cells td, .cells thead th:not(:first-child) { text-align: right; } .cells td:last-child, .cells thead th:last-child { text-align: left; padding-left: 14px; } .cells tr.among th, .cells tr.among td.value { font-weight: 750; }
    .small.heat svg text.value { font-size: 12px; } .pareto { max-width: 820px; margin: 0; } .pareto circle { fill: var(--paper); stroke: var(--soft); stroke-width: 2; } .pareto circle.front { fill: var(--accent); stroke: var(--accent); } .pareto path.front { fill: none; stroke: var(--accent); stroke-width: 1.5; opacity: .6; }
    .pareto svg text.label { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
    .spread { fill: currentColor; opacity: .18; stroke: none; } .bar { fill: var(--up3); } .choice .figure { font-size: 40px; } .choice .tile h3 { overflow-wrap: anywhere; }
    .versus { display: grid; grid-template-columns: 1fr 1fr; gap: 28px; } .versus .response { border-top: 0; min-width: 0; } .versus .segment { grid-template-columns: 1fr; gap: 3px; }
    .provenance td { vertical-align: top; } .provenance code { white-space: pre-wrap; overflow-wrap: anywhere; } #provenance details { padding: 14px 0; } #provenance .facts { margin: 16px 0 28px; }
    @media (max-width: 640px) { .versus { grid-template-columns: 1fr; gap: 8px; } }
    """

  /// Drawn over cells whose runs were ended early.
  static let patterns: HTML = """
    <svg width="0" height="0" class="symbols" aria-hidden="true"><defs>\
    <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
    <path class="hatch-line" d="M0 0V7"/></pattern></defs></svg>
    """
}
