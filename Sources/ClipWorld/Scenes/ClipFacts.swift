/// A moment in which the whole background lights up.
public struct Flash: Sendable, Hashable, Codable {
  public var colour: Colour
  /// The second in which it happens.
  public var second: Int

  public init(colour: Colour, second: Int) {
    self.colour = colour
    self.second = second
  }

  public var span: VisibleSpan { VisibleSpan(second, second + 1) }
}

/// Digits that stand in the picture for whole seconds.
public struct Sign: Sendable, Hashable, Codable {
  public var digits: [Int]
  public var span: VisibleSpan

  public init(digits: [Int], span: VisibleSpan) {
    self.digits = digits
    self.span = span
  }

  /// `3 7 4`: every digit a word.
  public var text: String { digits.map(String.init).joined(separator: " ") }
}

/// What there is to know about a clip, or what an observation claims about it.
public struct ClipFacts: Sendable, Hashable, Codable {
  /// One per visit of an object, by start, then by colour.
  public var objects: [Fact]
  public var flashes: [Flash]
  public var signs: [Sign]

  public init(_ objects: [Fact], flashes: [Flash] = [], signs: [Sign] = []) {
    self.objects = objects
    self.flashes = flashes
    self.signs = signs
  }

  public var isEmpty: Bool { objects.isEmpty && flashes.isEmpty && signs.isEmpty }

  /// The facts here that stand where those of `part` stand in `whole`, of which these are a retelling.
  func places(of part: ClipFacts, in whole: ClipFacts) -> ClipFacts {
    func pick<Element: Equatable>(_ path: KeyPath<ClipFacts, [Element]>) -> [Element] {
      zip(whole[keyPath: path], self[keyPath: path])
        .filter { part[keyPath: path].contains($0.0) }.map(\.1)
    }
    return ClipFacts(pick(\.objects), flashes: pick(\.flashes), signs: pick(\.signs))
  }

  /// The only fact about an object of this colour.
  func object(ofColour colour: String) -> Fact? {
    let matching = objects.filter { $0.colour.rawValue == colour }
    return matching.count == 1 ? matching[0] : nil
  }
}
