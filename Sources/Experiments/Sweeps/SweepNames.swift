import Models

/// Names of cells and trials: readable where they can be, and the same for the same sweep always.
public enum SweepNames {
  /// Longer names are cut, and told apart by a digest.
  static let longest = 48

  /// The name of every cell: that of a control, or its values, as `64-192tok_8`.
  ///
  /// - Parameter cells: the name of the control, if it is one, and the values.
  public static func cells(
    _ cells: [(control: String?, assignments: [SweepSpecification.Assignment])]
  ) -> [String] {
    let plain = cells.map { cell in
      cell.control ?? cell.assignments.map { word($0.value) }.joined(separator: "_")
    }
    let uses = Dictionary(plain.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(plain, cells).map { name, cell in
      if uses[name] == 1, name.utf8.count <= longest, !name.isEmpty { return name }
      let digest = Digest.sha256(cell.assignments.text).prefix(8)
      return "\(name.prefix(longest - 9))-\(digest)"
    }
  }

  /// The folder of a trial: `64-192tok_8-s7-0f3a91c2`.
  public static func trial(cell: String, seed: UInt64, digest: String) -> String {
    "\(cell)-s\(seed)-\(digest.prefix(8))"
  }

  /// `64-192tok` of `64..192 tok`: what every file system takes, and no shell has to be told about.
  static func word(_ value: String) -> String {
    var word = ""
    for character in value.replacing("..", with: "-") {
      switch character {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "+": word.append(character)
      case " ": continue
      case "%": word += "pct"
      default: word.append("-")
      }
    }
    return word
  }
}
