import Foundation

extension Safetensors {
  /// SHA-256 over names, types, shapes and numbers of all tensors in the order of their names: whatever
  /// files they are spread over, and however those are laid out.
  ///
  /// - Throws: `ModelError.cannotRead`.
  public func contentDigest() throws -> String {
    try Digest.sha256 { update in try hand(names, to: update) }
  }

  /// SHA-256 over name, type, shape and numbers of every tensor, by name.
  ///
  /// - Throws: `ModelError.cannotRead`.
  public func tensorDigests() throws -> [String: String] {
    try Dictionary(
      uniqueKeysWithValues: names.map { name in
        (name, try Digest.sha256 { update in try hand([name], to: update) })
      })
  }

  /// Hands all that makes some tensors what they are to `update`, in pieces.
  private func hand(
    _ names: [String], to update: (UnsafeRawBufferPointer) -> Void
  ) throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { memory.deallocate() }
    for name in names {
      let entry = try find(name)
      Array("\(name) \(entry.type.rawValue) \(entry.shape)\n".utf8).withUnsafeBytes(update)
      let size = entry.type.byteCount
      for start in stride(from: 0, to: entry.count, by: memory.count / size) {
        let piece = start..<min(entry.count, start + memory.count / size)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<(piece.count * size)])
        try self.bytes(of: entry, piece, into: bytes)
        update(UnsafeRawBufferPointer(bytes))
      }
    }
  }
}

extension CheckpointFiles {
  /// SHA-256 over all that makes the model in a folder what it is: its configuration and its weights,
  /// which are read in pieces.
  ///
  /// - Throws: `ModelError`, as for opening the folder.
  public static func contentDigest(of folder: URL) throws -> String {
    let configuration = try Digest.sha256(
      contentsOf: folder.appendingPathComponent("config.json"))
    let weights = try Safetensors(contentsOf: folder).contentDigest()
    return Digest.sha256("\(configuration)\n\(weights)")
  }
}

extension TokenizerFiles {
  /// SHA-256 over both files.
  public var contentDigest: String {
    Digest.sha256("\(Digest.sha256(tokenizer))\n\(Digest.sha256(settings))")
  }
}
