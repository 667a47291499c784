import Glibc
import Kernels

/// A right operand B[steps, columns] packed into k-major panels of `kernels.panelWidth` columns.
/// Each panel is contiguous over all k, so a narrow product streams it front to back.
///
/// `@unchecked Sendable`: packing writes disjoint panels and returns when all are written; callers
/// pack before they share.
public final class PackedPanels: @unchecked Sendable {
  public enum Format: Sendable, Hashable { case float32, bfloat16 }

  public let kernels: KernelSet
  public let format: Format
  public let columns: Int
  /// The reduction (k) dimension.
  public let steps: Int
  let wordRows: Int
  private let words: UnsafeMutablePointer<UInt32>
  private let owned: UnsafeMutableRawPointer?

  public var panelCount: Int { (columns + kernels.panelWidth - 1) / kernels.panelWidth }

  /// Bytes of panels for an operand of this size.
  public static func byteCount(
    columns: Int, steps: Int, format: Format = .float32, kernels: KernelSet
  ) -> Int {
    let panels = (columns + kernels.panelWidth - 1) / kernels.panelWidth
    return panels * kernels.panelWidth * wordRows(steps, format) * 4
  }

  private static func wordRows(_ steps: Int, _ format: Format) -> Int {
    format == .float32 ? steps : (steps + 1) / 2
  }

  /// - Parameter memory: at least `byteCount` bytes, 64-byte aligned, that outlive the panels;
  ///   without it the panels own memory, in huge pages where the system has them.
  public init(
    columns: Int, steps: Int, format: Format = .float32, kernels: KernelSet,
    memory: UnsafeMutableRawPointer? = nil
  ) {
    self.columns = columns
    self.steps = steps
    self.format = format
    self.kernels = kernels
    wordRows = Self.wordRows(steps, format)
    let bytes = Self.byteCount(columns: columns, steps: steps, format: format, kernels: kernels)
    if let memory {
      owned = nil
      words = memory.bindMemory(to: UInt32.self, capacity: bytes / 4)
    } else {
      let page = bytes >= 1 << 20 ? 1 << 21 : 4096
      let size = max(page, (bytes + page - 1) & ~(page - 1))
      let allocation = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: page)
      let hugePages: Int32 = 14  // MADV_HUGEPAGE, which the Glibc module does not export
      madvise(allocation, size, hugePages)
      owned = allocation
      words = allocation.bindMemory(to: UInt32.self, capacity: size / 4)
    }
  }

  deinit { owned?.deallocate() }

  func panel(_ index: Int, firstStep: Int) -> UnsafeMutablePointer<UInt32> {
    let firstWord = format == .float32 ? firstStep : firstStep / 2
    return words + (index * wordRows + firstWord) * kernels.panelWidth
  }

  /// Packs a row-major `w[columns, steps]`, such as a weight for `y = x W^T`: each panel is a
  /// transpose. The format must be float32.
  public func pack(
    transposing w: UnsafePointer<Float>, rowStride: Int? = nil, pool: ThreadPool?
  ) {
    precondition(format == .float32)
    let words = UnsafeRawPointer(w).assumingMemoryBound(to: UInt32.self)
    packWords(words, rowStride: rowStride ?? steps, columns: 0..<columns, pool: pool)
  }

  /// The same for bfloat16, whose adjacent pairs of k steps are 32-bit words: all columns, or `count` of
  /// them from `first` on, which is a multiple of the panel width.
  public func pack(
    transposing w: UnsafePointer<BFloat16>, from first: Int = 0, count: Int? = nil,
    pool: ThreadPool?
  ) {
    precondition(format == .bfloat16 && first % kernels.panelWidth == 0)
    let columns = first..<first + (count ?? self.columns)
    if steps % 2 == 0 {
      let words = UnsafeRawPointer(w).assumingMemoryBound(to: UInt32.self)
      packWords(words, rowStride: steps / 2, columns: columns, pool: pool)
    } else {
      forEachPanel(of: columns, pool) { self.packUnaligned(w, columns: columns, panelIndex: $0) }
    }
  }

  /// With an odd k, rows are not aligned to words.
  private func packUnaligned(
    _ w: UnsafePointer<BFloat16>, columns: Range<Int>, panelIndex: Int
  ) {
    let width = kernels.panelWidth
    let out = panel(panelIndex, firstStep: 0)
    for c in 0..<width {
      let column = panelIndex * width + c
      let row = w + (column - columns.lowerBound) * steps
      for word in 0..<wordRows {
        let k = 2 * word
        let low = column < columns.upperBound ? UInt32(row[k].bitPattern) : 0
        let high =
          column < columns.upperBound && k + 1 < steps ? UInt32(row[k + 1].bitPattern) : 0
        out[word * width + c] = low | high << 16
      }
    }
  }

  /// - Parameter columns: what `source` has the rows of.
  private func packWords(
    _ source: UnsafePointer<UInt32>, rowStride: Int, columns: Range<Int>, pool: ThreadPool?
  ) {
    forEachPanel(of: columns, pool) { index in
      let first = index * self.kernels.panelWidth
      self.kernels.matrix.transpose(
        source + (first - columns.lowerBound) * rowStride, rowStride,
        min(self.kernels.panelWidth, columns.upperBound - first), self.wordRows,
        self.panel(index, firstStep: 0))
    }
  }

  /// Packs a row-major `b[steps, columns]`, such as a weight for `dX = dY W` or activations for
  /// `dW = dY^T x`: each panel row is a copy. The format must be float32.
  public func pack(copying b: UnsafePointer<Float>, rowStride: Int? = nil, pool: ThreadPool?) {
    precondition(format == .float32)
    let stride = rowStride ?? columns
    forEachPanel(pool) { index in
      let width = self.kernels.panelWidth
      let first = index * width
      let valid = min(width, self.columns - first)
      var out = UnsafeMutableRawPointer(self.panel(index, firstStep: 0))
      for k in 0..<self.steps {
        memcpy(out, b + k * stride + first, valid * 4)
        if valid < width { memset(out + valid * 4, 0, (width - valid) * 4) }
        out += width * 4
      }
    }
  }

  func forEachPanel(of columns: Range<Int>? = nil, _ pool: ThreadPool?, _ body: (Int) -> Void) {
    let width = kernels.panelWidth
    let columns = columns ?? 0..<self.columns
    let panels = columns.lowerBound / width..<(columns.upperBound + width - 1) / width
    if let pool, panels.count * wordRows * width > 16_384 {
      pool.run(panels.count) { index, _ in body(panels.lowerBound + index) }
    } else {
      for index in panels { body(index) }
    }
  }
}
