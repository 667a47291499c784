/// Rows of a table by index: `table [V, D]`, `indices [n] -> [n, D]`.
struct GatherRows: Operation {
  var name: String { "gatherRows" }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] {
    [1: [.below(inputs[0].shape[0])]]
  }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let table = try inputs[0].weightDimensions("the table")
    return [TensorType([try inputs[1].indexCount("indices"), table[1]])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let rows = d.graph.shape(of: d.inputs[0])[0]
    return [try d.graph.apply(ScatterAddRows(rows: rows), d.cotangent, d.inputs[1]), nil]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let values = (0..<shapes[0][0]).flatMap { inputs[0].row(inputs[1].integer($0)) }
    return [DoubleTensor(values, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let (table, indices, output) = (lowering.input(0), lowering.input(1), lowering.output(0))
    let (count, columns) = (lowering.inputCount(1), lowering.inputColumns(0))
    if lowering.inputType(0).element == .bfloat16 {
      return { frame in
        guard let panels = frame.panels(of: table) else { return }
        let width = columns(frame)
        let target = output.floats(frame)
        let rows = indices.integers(frame)
        frame.forRowBlocks(count(frame), columns: width) { first, count in
          for row in first..<first + count {
            panels.copyColumn(Int(rows[row]), into: target + row * width)
          }
        }
      }
    }
    return { frame in
      let width = columns(frame)
      let source = table.floats(frame)
      let target = output.floats(frame)
      let rows = indices.integers(frame)
      frame.forRowBlocks(count(frame), columns: width) { first, count in
        for row in first..<first + count {
          (target + row * width).update(from: source + Int(rows[row]) * width, count: width)
        }
      }
    }
  }
}

/// Rows added, in index order, into a table of zeros, or into `base [V, D]`, input 2: the gradient of
/// `gatherRows`. A row of the table receives the sum of all that is added to it.
struct ScatterAddRows: Operation {
  /// Rows of the result.
  var rows: Dimension

  var name: String { "scatterAddRows" }
  var reusableInputs: [Int] { [2] }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] { [1: [.below(rows)]] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let shape = try inputs[0].dimensions(2, "rows")
    guard try inputs[1].indexCount("indices") == shape[0] else {
      throw ShapeProblem("\(inputs[0]) has not one row for each index of \(inputs[1])")
    }
    let result = TensorType([rows, shape[1]])
    if inputs.count == 3, inputs[2] != result {
      throw ShapeProblem("the base must be \(result), but is \(inputs[2])")
    }
    return [result]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    [try d.graph.gatherRows(table: d.cotangent, indices: d.inputs[1]), nil]
      + (d.inputs.count == 3 ? [d.cotangent] : [])
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var result = inputs.count == 3 ? inputs[2] : DoubleTensor(shape: shapes[0])
    for row in 0..<inputs[0].rows {
      let target = inputs[1].integer(row)
      for column in 0..<result.columns { result[target, column] += inputs[0][row, column] }
    }
    return [result]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let accumulate = lowering.kernels.elementwise.accumulate
    let (x, indices, output) = (lowering.input(0), lowering.input(1), lowering.output(0))
    let base = lowering.graph.nodes[lowering.node].inputs.count == 3 ? lowering.input(2) : nil
    let (count, columns) = (lowering.inputCount(1), lowering.inputColumns(0))
    let rows = lowering.outputRows(0)
    lowering.needScratch { sizes in 4 * count(sizes) }
    lowering.needWorkerScratch { sizes in 4 * columns(sizes) }
    return { frame in
      let (count, width) = (count(frame), columns(frame))
      let (source, table) = (x.floats(frame), output.floats(frame))
      if let base {
        frame.copy(base, to: output, rows(frame), width)
      } else {
        frame.zero(output, rows(frame), width)
      }
      func add(_ row: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>) {
        accumulate(1, width, .init(row, rowStride: width), .init(sum, rowStride: width))
      }
      let targets = indices.integers(frame)
      var order = UnsafeMutableBufferPointer(
        start: frame.scratch.assumingMemoryBound(to: Int32.self), count: count)
      for row in 0..<count { order[row] = Int32(row) }
      order.sort { (targets[Int($0)], $0) < (targets[Int($1)], $1) }
      func target(at place: Int) -> Int { Int(targets[Int(order[place])]) }
      // An item owns the rows of the table that are named in it first.
      frame.forBlocks(count, of: 16) { first, owned, worker in
        let sum = frame.workerScratch(worker)
        var place = first
        while place < first + owned, place > 0, target(at: place) == target(at: place - 1) {
          place += 1
        }
        while place < first + owned {
          let row = target(at: place)
          sum.update(from: source + Int(order[place]) * width, count: width)
          place += 1
          while place < count, target(at: place) == row {
            add(source + Int(order[place]) * width, to: sum)
            place += 1
          }
          add(sum, to: table + row * width)
        }
      }
    }
  }
}

extension GraphBuilder {
  /// Rows of `table [V, D]` (bfloat16 too) by index: `indices` int32 `[n]`, result `[n, D]`. An index
  /// may repeat.
  public func gatherRows(table: Value, indices: Value) throws -> Value {
    try apply(GatherRows(), table, indices)
  }

  /// `rows [n, D]` added at `indices` into zeros `[count, D]`, in index order.
  public func scatterAddRows(
    _ rows: Value, indices: Value, count: Dimension
  ) throws -> Value {
    try apply(ScatterAddRows(rows: count), rows, indices)
  }

  /// `sum + addend`, of one shape. What a scatter adds to zeros is added to `sum` itself, whose memory
  /// the result can take over: with tied embeddings, a table as large as the head's gradient less.
  func accumulate(_ addend: Value, to sum: Value) throws -> Value {
    let node = nodes[addend.node]
    guard let scatter = node.operation as? ScatterAddRows, node.inputs.count == 2 else {
      return try add(sum, addend)
    }
    return try apply(scatter, node.inputs + [sum])[0]
  }
}
