/// How a page tells runs apart everywhere: a letter, a colour and a line style. Colour is never the only
/// difference.
enum RunPalette {
  /// Runs of one page; more lines in a chart cannot be told apart.
  static let most = 8

  static func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index % 26))) }

  /// The class of a line or a dot.
  static func style(_ index: Int) -> String { "run-\(index % most)" }

  /// The letter on its colour.
  static func badge(_ index: Int) -> HTML {
    "<b class=\"badge \(style(index))\">\(letter(index))</b>"
  }

  static let css: HTML = """
    :root { --r0: #1d4f91; --r1: #b0430c; --r2: #0b6e63; --r3: #8a2f86; --r4: #6b5a00; --r5: #b8265a; --r6: #44546a; --r7: #2c6b2f; }
    @media (prefers-color-scheme: dark) { :root { --r0: #8db8f0; --r1: #f2996b; --r2: #4cc9b5; --r3: #dd8fd8; --r4: #d9bf55; --r5: #ff8fb1; --r6: #9fb3cc; --r7: #8fd694; } }
    .run-0 { color: var(--r0); } .run-1 { color: var(--r1); } .run-2 { color: var(--r2); } .run-3 { color: var(--r3); } .run-4 { color: var(--r4); } .run-5 { color: var(--r5); } .run-6 { color: var(--r6); } .run-7 { color: var(--r7); }
    .mean.run-1 { stroke-dasharray: 7 3.5; } .mean.run-2 { stroke-dasharray: 2 4; } .mean.run-3 { stroke-dasharray: 10 3 2 3; } .mean.run-4 { stroke-dasharray: 14 4; } .mean.run-5 { stroke-dasharray: 4 2; } .mean.run-6 { stroke-dasharray: 7 3 2 3 2 3; } .mean.run-7 { stroke-dasharray: 1 3; }
    .badge { display: inline-block; min-width: 20px; padding: 1px 5px; border: 1.5px solid currentColor; border-radius: 5px; font: 700 12px/1.35 var(--sans); text-align: center; }
    .keys { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 0 0 20px; padding: 12px 0; list-style: none; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); font-size: 14px; } .keys li { display: inline-flex; gap: 7px; align-items: center; min-width: 0; overflow-wrap: anywhere; }
    """
}
