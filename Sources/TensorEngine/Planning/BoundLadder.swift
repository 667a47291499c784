/// The sizes that memory is planned for: a plan for a bound serves every smaller size, so that runs
/// of varying length share a few plans. Only memory is rounded up, never computation.
enum BoundLadder {
  /// The smallest bound that holds `size`: 0, 64, 128, ... each at least 1.25 times the one before,
  /// rounded up to a multiple of 64.
  static func bound(_ size: Int) -> Int {
    var bound = 0
    while bound < size { bound = (max(bound + 1, (bound * 5 + 3) / 4) + 63) / 64 * 64 }
    return bound
  }
}
