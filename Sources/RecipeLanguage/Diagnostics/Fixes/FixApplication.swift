/// Applies the fixes that diagnostics carry, as long as they do not touch the same text.
public enum FixApplication {
  /// A fix and the finding it mends.
  public struct Applied: Sendable, Equatable {
    public var diagnostic: Diagnostic
    public var fix: Fix
  }

  /// Applies the best allowed fix of each diagnostic. Of two that touch the same text the first wins;
  /// the other may be offered again by the next check.
  ///
  /// - Returns: the files that changed, and what was done.
  public static func apply(
    _ diagnostics: [Diagnostic], to files: [SourceFile], includeUnsafe: Bool
  ) -> (files: [SourceFile], applied: [Applied]) {
    let sources = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    var taken: [String: [Fix.Edit]] = [:]
    var applied: [Applied] = []
    for diagnostic in diagnostics {
      guard let fix = diagnostic.fixes.first(where: { $0.isSafe || includeUnsafe }),
        !fix.edits.isEmpty,
        fix.edits.allSatisfy({ edit in
          guard let file = sources[edit.span.path] else { return false }
          return edit.span.bytes.upperBound <= file.bytes.count
            && !taken[edit.span.path, default: []].contains {
              touch($0.span.bytes, edit.span.bytes)
            }
        })
      else { continue }
      for edit in fix.edits { taken[edit.span.path, default: []].append(edit) }
      applied.append(Applied(diagnostic: diagnostic, fix: fix))
    }
    let changed = files.compactMap { file in
      taken[file.path].map { edited(file, $0) }
    }
    return (changed, applied)
  }

  /// Overlap, or insertions at one place, whose order would be a guess.
  private static func touch(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.overlaps(b) || a.lowerBound == b.lowerBound || (a.isEmpty && b.contains(a.lowerBound))
      || (b.isEmpty && a.contains(b.lowerBound))
  }

  private static func edited(_ file: SourceFile, _ edits: [Fix.Edit]) -> SourceFile {
    var bytes: [UInt8] = []
    var offset = 0
    for edit in edits.sorted(by: { $0.span.bytes.lowerBound < $1.span.bytes.lowerBound })
    where edit.span.bytes.lowerBound >= offset {
      bytes += file.bytes[offset..<edit.span.bytes.lowerBound]
      bytes += edit.replacement.utf8
      offset = edit.span.bytes.upperBound
    }
    bytes += file.bytes[offset...]
    return SourceFile(path: file.path, text: String(decoding: bytes, as: UTF8.self))
  }
}
