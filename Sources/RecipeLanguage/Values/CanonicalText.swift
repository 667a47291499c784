/// One spelling for equal settings: keys sorted, numbers in their shortest form, expressions fully
/// parenthesised, no places and no origins, nothing that only people read. Digests are taken of this
/// text.
extension Record {
  public var canonicalText: String {
    let fields = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .compactMap { key -> String? in
        guard let setting = setting(key), setting.effect != .display else { return nil }
        return "\(quoted(key)):\(setting.value.canonicalText)"
      }
    return "{" + fields.joined(separator: ",") + "}"
  }
}

extension SettingValue {
  public var canonicalText: String {
    switch self {
    case .none: "none"
    case .string(let value): quoted(value)
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .quantity(let value): "\(value)"
    case .window(let value): "\(value)"
    case .path(.word(let word)): word
    case .path(.file(let written, _)): "path(\(quoted(written)))"
    case .template(let template): quoted(template.text)
    case .list(let items): "[" + items.map(\.value.canonicalText).joined(separator: ",") + "]"
    case .record(let record): record.canonicalText
    case .expression(let expression): "expression(\(expression.root))"
    case .schedule(let schedule): schedule.canonicalText
    case .position(let position): "\(position)"
    }
  }
}

private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case "\n": result += "\\n"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
