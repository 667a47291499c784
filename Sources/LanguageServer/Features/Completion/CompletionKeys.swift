import RecipeLanguage

/// Keys of the record at the cursor that it does not have yet.
extension CompletionList {
  func keys(of index: Int) -> [CompletionItem] {
    let record = cursor.file.places[index]
    guard let type = record.type?.unwrapped else { return [] }
    let written = Set(
      record.node.entries.map(\.key).filter { $0 != cursor.place.key }.map(\.text))
    switch type {
    case .processMap(let element):
      return names.names(in: Section.processes.rawValue).filter { !written.contains($0) }
        .map { item($0, element, rank: 1) }
    case .map(let element): return entries(of: record, element, written)
    default:
      let word: (String) -> String? = { discriminator in
        record.node[discriminator]?.scalar?.text
          ?? names.value(at: PlaceReader.join(record.path, discriminator))
      }
      guard let shape = RecordShape(type, word: word) else { return [] }
      return shape.fields.filter { !written.contains($0.name) }.map { item($0) }
    }
  }

  private func item(_ field: FieldSchema) -> CompletionItem {
    var item = item(field.name, field.type, rank: field.isRequired ? 1 : 3)
    var notes = [field.summary]
    if let text = field.defaultText, text != "{}" { notes.append("default: `\(text)`") }
    item.detail = field.isRequired ? "\(field.type.phrase), required" : field.type.phrase
    item.documentation = notes.joined(separator: "\n\n")
    return item
  }

  private func item(_ name: String, _ type: ValueType, rank: Int) -> CompletionItem {
    var item = CompletionItem(label: name, kind: .property, rank: rank)
    guard !cursor.hasColon else { return item }
    item.text = "\(name): "
    var snippet = Snippet()
    let isTop = cursor.place.path.utf8.firstIndex(of: UInt8(ascii: ".")) == nil
    if isTop, Self.isSection(type), cursor.place.parent ?? 0 == 0 {
      item.text = "\(name):"
      item.snippet = "\(name):\n  $0"
    } else if let value = snippet.value(of: type) {
      item.snippet = "\(name): \(value)"
    }
    return item
  }

  /// Top-level records are written over several lines.
  private static func isSection(_ type: ValueType) -> Bool {
    switch type.unwrapped {
    case .record, .kind, .map, .processMap: true
    default: false
    }
  }

  /// Names are the recipe's own: those of the files it extends can be overridden, and a new entry can
  /// begin with what its kind needs. In a sweep, the names are those of the params.
  private func entries(
    of record: DraftPlace, _ element: ValueType, _ written: Set<String>
  ) -> [CompletionItem] {
    var section = record.path
    let isSweep = section == "sweep.axes" || section.hasPrefix("sweep.controls")
    if isSweep { section = "params" }
    var items = names.names(in: section).filter { !written.contains($0) && isSweep }.map {
      CompletionItem(label: $0, kind: .reference, text: cursor.hasColon ? $0 : "\($0): ", rank: 1)
    }
    if !isSweep {
      let inherited = RecipeChain(texts: Array(spot.chain.texts.dropFirst()))
      items += inherited.names(in: section).filter { !written.contains($0) }.map {
        CompletionItem(
          label: $0, kind: .reference, detail: "overrides what the recipe extends",
          text: cursor.hasColon ? $0 : "\($0): ", rank: 1)
      }
    }
    guard workspace.client.snippets, !cursor.hasColon else { return items }
    let noun = Section(rawValue: section)?.noun ?? "entry"
    if case .kind(let discriminator, let common, let kinds) = element.unwrapped {
      return items
        + kinds.map { kind in
          var snippet = Snippet()
          let start = snippet.stop("name")
          let fields = snippet.fields(common + kind.fields)
          let body = (["\(discriminator): \(kind.name)"] + fields).joined(separator: ", ")
          return CompletionItem(
            label: kind.name, kind: .module, detail: "new \(noun)", documentation: kind.summary,
            snippet: "\(start): {\(body)}", rank: 4)
        }
    }
    var snippet = Snippet()
    let start = snippet.stop("name")
    guard let value = snippet.value(of: element) else { return items }
    return items + [
      CompletionItem(
        label: "new \(noun)", kind: .module, snippet: "\(start): \(value)", rank: 4)
    ]
  }
}

/// Text with tab stops, numbered as they are written.
struct Snippet {
  private var next = 1

  mutating func stop(_ text: String = "") -> String {
    defer { next += 1 }
    return text.isEmpty ? "$\(next)" : "${\(next):\(Self.escaped(text))}"
  }

  private mutating func choice(_ words: [String]) -> String {
    defer { next += 1 }
    let list = words.map { $0.replacing(",", with: "\\,").replacing("|", with: "\\|") }
    return "${\(next)|\(list.joined(separator: ","))|}"
  }

  /// The required keys with their values.
  mutating func fields(_ fields: [FieldSchema], depth: Int = 0) -> [String] {
    fields.filter(\.isRequired).map { field in
      "\(field.name): \(value(of: field.type, depth: depth + 1) ?? stop())"
    }
  }

  /// Nil for what has no shape to offer.
  mutating func value(of type: ValueType, depth: Int = 0) -> String? {
    guard depth < 4 else { return nil }
    switch type.unwrapped {
    case .boolean: return choice(["true", "false"])
    case .choice(let words) where words.count > 1 && words.count <= 12: return choice(words)
    case .choice(let words): return words.first
    case .quantity(let unit, _): return stop() + " \(unit.rawValue)"
    case .window(let unit, _): return "\(stop())..\(stop()) \(unit.rawValue)"
    case .list: return "[\(stop())]"
    case .record(let fields):
      let inner = self.fields(fields, depth: depth)
      return inner.isEmpty ? "{\(stop())}" : "{\(inner.joined(separator: ", "))}"
    case .kind(let discriminator, let common, let kinds):
      let tag = "\(discriminator): \(choice(kinds.map(\.name)))"
      return "{\(([tag] + self.fields(common, depth: depth)).joined(separator: ", "))}"
    default: return nil
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("$", with: "\\$").replacing("}", with: "\\}")
  }
}
