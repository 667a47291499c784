/// Finds the elements of a JSON list without reading them: for files whose size or a few records are
/// all that is wanted.
enum JSONListScanner {
  /// A list's elements, as far as they are whole.
  struct List {
    /// The bytes of every element.
    var elements: [Range<Int>] = []
    /// Whether the text has the list's end.
    var isClosed = false
  }

  /// The list that a text is, or begins; nil when it is none. Elements are checked only as far as
  /// brackets and quotes go.
  static func list(_ bytes: UnsafeRawBufferPointer) -> List? {
    var scanner = Scanner(bytes: bytes)
    return scanner.list()
  }

  private struct Scanner {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    mutating func list() -> List? {
      // A byte order mark is no part of the text.
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
      skipBlanks()
      guard take(UInt8(ascii: "[")) else { return nil }
      var list = List()
      skipBlanks()
      if take(UInt8(ascii: "]")) {
        list.isClosed = true
        return isAtEnd ? list : nil
      }
      while true {
        skipBlanks()
        let start = place
        // The text ends before the element does.
        guard skipElement() else { return list }
        guard place > start else { return nil }
        list.elements.append(start..<place)
        skipBlanks()
        if take(UInt8(ascii: "]")) {
          list.isClosed = true
          return isAtEnd ? list : nil
        }
        if place == bytes.count { return list }
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
