import CPCRE2
import Foundation

/// Cuts normalized text into the pieces that byte pairs are merged within, by Qwen's expression.
///
/// The compiled expression is read-only after `init`, which is what makes sharing it safe.
final class PieceSplitter: @unchecked Sendable {
  /// The expression as tokenizer files state it, for the engine of the `tokenizers` library.
  static let published =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
    + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// The same expression for PCRE2, whose `\s` leaves out U+0085, which the other engine's has.
  private static let pattern =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
    + #"| ?[^\s\x{85}\p{L}\p{N}]+[\r\n]*|[\s\x{85}]*[\r\n]+|[\s\x{85}]+(?![^\s\x{85}])"#
    + #"|[\s\x{85}]+"#

  /// PCRE2's switches, spelled out because Swift imports some of the macros as signed numbers.
  private static let compileOptions = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP)

  private let code: OpaquePointer
  private let context: OpaquePointer?

  /// - Throws: `ModelError.invalid` when the installed PCRE2 lacks Unicode.
  init() throws {
    var errorCode: Int32 = 0
    var errorOffset = 0
    let pattern = Array(Self.pattern.utf8)
    guard
      let code = pcre2_compile_8(
        pattern, pattern.count, Self.compileOptions, &errorCode, &errorOffset, nil)
    else {
      throw ModelError.invalid(
        "PCRE2 does not take the tokenizer's expression (code \(errorCode), byte \(errorOffset)); "
          + "it has to be built with Unicode")
    }
    self.code = code
    pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    // The expression never backtracks over more than one run of white space; the default limit on
    // steps would cut runs of some millions.
    context = pcre2_match_context_create_8(nil)
    pcre2_set_match_limit_8(context, UInt32.max)
  }

  deinit {
    pcre2_match_context_free_8(context)
    pcre2_code_free_8(code)
  }

  /// Calls `body` with each piece of `text`, in order; the pieces together are the text.
  func forEachPiece(
    of text: UnsafeBufferPointer<UInt8>, _ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Void
  ) {
    let match = pcre2_match_data_create_8(1, nil)
    defer { pcre2_match_data_free_8(match) }
    var start = 0
    while start < text.count {
      // The check of the whole text for valid UTF-8 is left out: a Swift string always is.
      let found = pcre2_match_8(
        code, text.baseAddress, text.count, start, UInt32(PCRE2_NO_UTF_CHECK), match, context)
      let bounds = pcre2_get_ovector_pointer_8(match)
      guard found > 0, let bounds, bounds[1] > start else {
        // Every character matches one of the alternatives, so this is a failure of the engine
        // (memory): what is left becomes one piece.
        body(text[start..<text.count])
        return
      }
      if bounds[0] > start { body(text[start..<bounds[0]]) }
      body(text[bounds[0]..<bounds[1]])
      start = bounds[1]
    }
  }
}
