/// The frame of every page: one file without a network, a script or a font of its own.
struct Page {
  var title: String
  /// What the page adds to the look that all have.
  var styles: HTML?
  /// Signs and patterns that its drawings refer to.
  var symbols: [HTML] = [ProcessPalette.symbols]
  var masthead: HTML
  var sections: [HTML]
  var footer: HTML
  /// What it does by itself, known to the browser by a word of this answer alone; pages in files do nothing.
  var script: (nonce: String, text: HTML)?

  var html: HTML {
    let look: HTML = styles.map { "\(Stylesheet.css)\n\($0)" } ?? Stylesheet.css
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="sousvide">
      <title>\(title) · sousvide</title>
      <style>\(look)</style>
      </head>
      <body>
      \(Self.lines(symbols))
      \(masthead)
      <main>
      \(Self.lines(sections))
      </main>
      <footer><p>\(footer)</p></footer>\(program)
      </body>
      </html>

      """
  }

  private var program: HTML {
    script.map { "\n<script nonce=\"\($0.nonce)\">\($0.text)</script>" } ?? ""
  }

  private static func lines(_ pieces: [HTML]) -> HTML {
    pieces.enumerated().reduce("") { $0 + ($1.offset > 0 ? "\n" : "") + $1.element }
  }
}
