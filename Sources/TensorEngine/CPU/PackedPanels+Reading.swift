import Kernels

/// What is read back from panels of bfloat16, which are the only form of such a matrix: of a weight
/// `W[columns, steps]`, rows, and the panels of the product with `W` itself in place of its transpose.
extension PackedPanels {
  /// Columns whose steps fill about this many bytes of bfloat16: whole panels, at least one.
  func columnsPerBlock(ofBytes bytes: Int) -> Int {
    let width = kernels.panelWidth
    return max(1, bytes / max(1, 2 * steps * width)) * width
  }

  /// The steps of one column, widened.
  func copyColumn(_ column: Int, into out: UnsafeMutablePointer<Float>) {
    forEachPair(of: column) { step, low, high in
      out[step] = Float(low)
      if step + 1 < steps { out[step + 1] = Float(high) }
    }
  }

  /// All columns, one after the other.
  func unpacked() -> [BFloat16] {
    [BFloat16](unsafeUninitializedCapacity: columns * steps) { out, initialized in
      for column in 0..<columns {
        let first = column * steps
        forEachPair(of: column) { step, low, high in
          out[first + step] = low
          if step + 1 < steps { out[first + step + 1] = high }
        }
      }
      initialized = columns * steps
    }
  }

  @inline(__always)
  private func forEachPair(
    of column: Int, _ body: (_ step: Int, _ low: BFloat16, _ high: BFloat16) -> Void
  ) {
    precondition(format == .bfloat16)
    let width = kernels.panelWidth
    let words = panel(column / width, firstStep: 0) + column % width
    for word in 0..<wordRows {
      let bits = words[word * width]
      body(
        2 * word, BFloat16(bitPattern: UInt16(truncatingIfNeeded: bits)),
        BFloat16(bitPattern: UInt16(bits >> 16)))
    }
  }

  /// Packs the transpose of a bfloat16 operand, widened: `B[step, column]` becomes
  /// `source[firstStep + step, firstColumn + column]`, the latter a multiple of the panel width. The
  /// format must be float32.
  func pack(
    transposeOf source: PackedPanels, firstStep: Int, firstColumn: Int, pool: ThreadPool?
  ) {
    let width = kernels.panelWidth
    precondition(format == .float32 && source.format == .bfloat16)
    precondition(firstColumn % width == 0 && firstColumn + columns <= source.steps)
    forEachPanel(pool) { index in
      let firstWord = (firstColumn + index * width) / 2
      let pairs = min(width / 2, source.wordRows - firstWord)
      var row = self.panel(index, firstStep: 0)
      for column in firstStep..<firstStep + self.steps {
        let words =
          source.panel(column / width, firstStep: 0) + (firstWord * width + column % width)
        for pair in 0..<pairs {
          let bits = words[pair * width]
          row[2 * pair] = bits << 16
          row[2 * pair + 1] = bits & 0xFFFF_0000
        }
        for rest in 2 * pairs..<width { row[rest] = 0 }
        row += width
      }
    }
  }
}
