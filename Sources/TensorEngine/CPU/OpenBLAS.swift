import Glibc

/// Why OpenBLAS could not be used.
public enum OpenBLASError: Error, Hashable, CustomStringConvertible {
  /// The library could not be opened; the loader's words.
  case notInstalled(String)
  case missingSymbol(String)

  public var description: String {
    switch self {
    case .notInstalled(let reason):
      "OpenBLAS could not be loaded (\(reason)); install libopenblas0-pthread, or use the packed "
        + "matrix products"
    case .missingSymbol(let name):
      "libopenblas.so.0 has no function \(name); install OpenBLAS 0.3 or later"
    }
  }
}

/// OpenBLAS, opened at run time because it reads its core type and number of threads when it is
/// loaded. On unknown processors it falls back to kernels of half the speed, so the core type is
/// chosen from the processor's flags, unless the environment has one.
public final class OpenBLAS: Sendable {
  private typealias SGEMM =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
      UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void
  private typealias CoreName = @convention(c) () -> UnsafePointer<CChar>

  private static let shared: Result<OpenBLAS, OpenBLASError> = Result { () throws(OpenBLASError) in
    try OpenBLAS()
  }

  /// The core type the library runs with, such as `SkylakeX`.
  public let coreName: String
  private let sgemm: SGEMM

  /// The library, opened by the first call in the process.
  public static func load() throws(OpenBLASError) -> OpenBLAS { try shared.get() }

  private init() throws(OpenBLASError) {
    let processor = Processor.current
    if processor.hasX86V3 {
      setenv("OPENBLAS_CORETYPE", processor.hasX86V4 ? "SkylakeX" : "Haswell", 0)
    }
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL) else {
      throw .notInstalled(dlerror().map { String(cString: $0) } ?? "unknown reason")
    }
    guard let sgemm = dlsym(library, "cblas_sgemm") else { throw .missingSymbol("cblas_sgemm") }
    guard let coreName = dlsym(library, "openblas_get_corename") else {
      throw .missingSymbol("openblas_get_corename")
    }
    self.sgemm = unsafeBitCast(sgemm, to: SGEMM.self)
    self.coreName = String(cString: unsafeBitCast(coreName, to: CoreName.self)())
  }

  /// `output[rows, columns] = left right`, added to what is there if `accumulate`. Strides are those
  /// of the stored row-major matrices; a transposed operand is stored `[steps, rows]` or
  /// `[columns, steps]`.
  public func multiply(
    rows: Int, columns: Int, steps: Int, left: UnsafePointer<Float>, leftStride: Int,
    transposeLeft: Bool, right: UnsafePointer<Float>, rightStride: Int, transposeRight: Bool,
    accumulate: Bool, into output: UnsafeMutablePointer<Float>, outputStride: Int
  ) {
    let rowMajor: Int32 = 101
    let plain: Int32 = 111
    let transposed: Int32 = 112
    sgemm(
      rowMajor, transposeLeft ? transposed : plain, transposeRight ? transposed : plain,
      Int32(rows), Int32(columns), Int32(steps), 1, left, Int32(leftStride), right,
      Int32(rightStride), accumulate ? 1 : 0, output, Int32(outputStride))
  }
}
