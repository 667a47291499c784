import Foundation

/// The small text collection beside the world: a hundred price lists that say what an object of a colour pays for moving
/// one way. None of it can be seen in a clip.
public enum PriceLists {
  static let count = 100
  /// Prices that are equally likely.
  static let prices = Array(2...9)

  /// The lists that questions of a split name; no list is named in two.
  static func lists(of split: ClipWorldSettings.Split) -> [Int] {
    let splits = ClipWorldSettings.Split.allCases
    let place = splits.firstIndex(of: split) ?? 0
    return Array(stride(from: place, to: count, by: splits.count))
  }

  /// Different for the four directions of a colour.
  static func price(list: Int, colour: Colour, direction: Direction) -> Int {
    var random = ClipRandom(key: "price list \(list) \(colour)")
    let place = Direction.allCases.firstIndex(of: direction) ?? 0
    return random.shuffled(prices)[place]
  }

  static func passage(list: Int, colour: Colour, direction: Direction) -> String {
    let price = price(list: list, colour: colour, direction: direction)
    return "by list \(list) a \(colour) one that moves \(direction) pays \(price) coins ."
  }

  /// A list's text, a passage per line.
  static func text(list: Int) -> String {
    Colour.allCases.flatMap { colour in
      Direction.allCases.map { passage(list: list, colour: colour, direction: $0) + "\n" }
    }.joined()
  }

  /// The texts beside a world, which are written where they are not yet there.
  ///
  /// - Throws: `ClipWorldError.file`.
  public static func folder(besideWorld world: URL) throws -> URL {
    let texts = WorldFolder(url: world).texts
    let last = texts.appendingPathComponent("list-\(count - 1).txt")
    if !FileManager.default.fileExists(atPath: last.path) { try write(to: texts) }
    return texts
  }

  /// Every passage, in the order of the files' names.
  public static var passages: [String] {
    (0..<count).sorted { "list-\($0).txt" < "list-\($1).txt" }
      .flatMap { text(list: $0).split(separator: "\n").map(String.init) }
  }

  /// Writes every list as a file `list-<number>.txt`, replacing what has that name.
  ///
  /// - Throws: `ClipWorldError.file`.
  public static func write(to folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for list in 0..<count {
        try Data(text(list: list).utf8).write(
          to: folder.appendingPathComponent("list-\(list).txt"), options: .atomic)
      }
    } catch {
      throw ClipWorldError.file(path: folder.path, message: error.localizedDescription)
    }
  }
}
