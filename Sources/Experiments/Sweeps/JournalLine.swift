/// A line of a sweep's journal as it is read: what nobody can have written there is refused.
struct JournalLine: Decodable {
  let event: SweepEvent

  private enum CodingKeys: String, CodingKey { case event }

  init(from decoder: any Decoder) throws {
    let kind = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .event)
    guard SweepEvent.Kind(rawValue: kind) != nil else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: [CodingKeys.event],
          debugDescription: "this program knows no `\(kind)`; a later version may have written it"))
    }
    event = try SweepEvent(from: decoder)
    try NumberRange.check(event.step, "step", in: decoder)
    try NumberRange.check(event.task, "task", in: decoder)
    try NumberRange.check(event.process, "process", in: decoder)
    try NumberRange.check(event.peers, "peers", in: decoder)
    guard [event.time, event.value, event.bound].allSatisfy({ $0?.isFinite ?? true }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [CodingKeys.event], debugDescription: "a number is out of range"))
    }
  }
}
