import Trainer

/// The text of an evaluated response in blocks, one per segment, each with the sign of its process.
struct SegmentText {
  let item: EvaluatedItem
  let palette: ProcessPalette

  /// Characters of a response that are shown.
  private static let most = 4000

  /// A stretch of the text: a segment's, or what stands between segments.
  struct Block: Equatable {
    var segment: String?
    var text: String
  }

  var html: HTML {
    let blocks: [HTML] = blocks.map { block in
      let process = block.segment.flatMap(palette.process(ofSegment:))
      let style = process.map { "p\(palette.index(of: $0))" } ?? "rest"
      let icon: HTML = process.map(palette.icon(of:)) ?? ""
      let name = block.segment.map(Format.words) ?? "between segments"
      let tokens: HTML =
        block.segment.flatMap { item.segments[$0]?.tokens }
        .map { "<b>\($0) tok</b>" } ?? ""
      return """
        <div class="segment \(style)"><p class="who">\(icon)<span>\(name)</span> \(tokens)</p>\
        <p class="a0">\(block.text)</p></div>
        """
    }
    let missing: [HTML] = item.segments.keys.sorted()
      .filter { item.segments[$0]?.outcome != "found" }
      .map {
        "<p class=\"outcome\">\(Format.words($0)): \(item.segments[$0]?.outcome ?? "missing")</p>"
      }
    let cut: HTML =
      item.response.count > Self.most
      ? "<p class=\"outcome\">shown are its first \(Self.most) characters</p>" : ""
    return "<div class=\"text\">\(blocks)\(missing)\(cut)</div>"
  }

  /// The text from its beginning to its end; stretches that are blank, or only the tags around
  /// segments, are left out.
  var blocks: [Block] {
    let text = String(item.response.prefix(Self.most))
    var found: [(range: Range<String.Index>, name: String)] = []
    for name in item.segments.keys.sorted() {
      guard let content = item.segments[name]?.content, !content.isEmpty,
        let range = text.firstRange(of: content)
      else { continue }
      found.append((range, name))
    }
    found.sort {
      ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound)
    }
    var blocks: [Block] = []
    var position = text.startIndex
    func add(_ segment: String?, _ range: Range<String.Index>) {
      let part = text[range].drop(while: \.isWhitespace)
      let isSaid = segment != nil || !Self.isTags(part)
      guard isSaid, part.contains(where: { !$0.isWhitespace }) else { return }
      blocks.append(Block(segment: segment, text: String(part)))
    }
    // A segment inside another one is shown as part of it.
    for (range, name) in found where range.lowerBound >= position {
      add(nil, position..<range.lowerBound)
      add(name, range)
      position = range.upperBound
    }
    add(nil, position..<text.endIndex)
    return blocks
  }

  /// Whether nothing but tags and blanks stands there: `</seen> <think>`.
  private static func isTags(_ text: Substring) -> Bool {
    var isInside = false
    for character in text {
      switch character {
      case "<" where !isInside: isInside = true
      case ">" where isInside: isInside = false
      case _ where isInside:
        guard character.isLetter || "/_-".contains(character) else { return false }
      default: guard character.isWhitespace else { return false }
      }
    }
    return !isInside
  }
}
