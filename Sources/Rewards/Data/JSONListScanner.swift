/// Finds the elements of a JSON list without reading them: for files whose size or a few records are
/// all that is wanted.
enum JSONListScanner {
  /// The bytes of every element; nil when the text is no list. Elements are checked only as far as
  /// brackets and quotes go.
  static func elements(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>]? {
    var scanner = Scanner(bytes: bytes)
    return scanner.list()
  }

  private struct Scanner {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    mutating func list() -> [Range<Int>]? {
      // A byte order mark is no part of the text.
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
      skipBlanks()
      guard take(UInt8(ascii: "[")) else { return nil }
      var elements: [Range<Int>] = []
      skipBlanks()
      if take(UInt8(ascii: "]")) { return isAtEnd ? elements : nil }
      while true {
        skipBlanks()
        let start = place
        guard skipElement(), place > start else { return nil }
        elements.append(start..<place)
        skipBlanks()
        if take(UInt8(ascii: "]")) { return isAtEnd ? elements : nil }
        guard take(UInt8(ascii: ",")) else { return nil }
      }
    }

    private var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return place == bytes.count
      }
    }

    /// Up to the comma or bracket that ends the element; false when the text ends first.
    private mutating func skipElement() -> Bool {
      var depth = 0
      while place < bytes.count {
        switch bytes[place] {
        case UInt8(ascii: "\""):
          guard skipText() else { return false }
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { return true }
          depth -= 1
        case UInt8(ascii: ",") where depth == 0: return true
        default: break
        }
        place += 1
      }
      return false
    }

    private mutating func skipText() -> Bool {
      place += 1
      while place < bytes.count {
        switch bytes[place] {
        case UInt8(ascii: "\\"): place += 2
        case UInt8(ascii: "\""):
          place += 1
          return true
        default: place += 1
        }
      }
      return false
    }

    private mutating func skipBlanks() {
      while place < bytes.count {
        switch bytes[place] {
        case 0x20, 0x09, 0x0A, 0x0D: place += 1
        default: return
        }
      }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      guard place < bytes.count, bytes[place] == byte else { return false }
      place += 1
      return true
    }
  }
}
