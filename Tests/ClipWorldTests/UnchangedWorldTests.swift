import Foundation
import Rewards
import Testing
import VideoInput

@testable import ClipWorld

/// Published numbers were measured on these worlds, so records and pixels stay what they were.
@Suite struct UnchangedWorldTests {
  private static let learned = ["direction", "first", "count", "when", "duration"]

  /// The data of the quick start, and the settings that it does not use.
  private static let worlds: [(settings: ClipWorldSettings, records: UInt64, pixels: UInt64)] = [
    (
      ClipWorldSettings(
        split: .foundation, clips: 3000, seed: 1, families: learned, wrongObservations: 0.15,
        wrongAnswers: 0.1), 5442508272123276744, 13029114214419169223
    ),
    (
      ClipWorldSettings(
        split: .coldStart, clips: 2400, seed: 2, families: learned, teacher: .biased,
        directionFlips: 0.8, spanSlips: 0.8, wrongObservations: 0.05, wrongAnswers: 0.1),
      8166115423091878560, 8130561913041091356
    ),
    (
      ClipWorldSettings(
        split: .train, clips: 1280, seed: 3, families: ["direction", "count", "when", "duration"]),
      9794242979629789637, 10238410040586706919
    ),
    (
      ClipWorldSettings(split: .test, clips: 1000, seed: 4, families: learned), 4264925232249196567,
      14520754855922251236
    ),
    (
      ClipWorldSettings(
        split: .coldStart, clips: 600, seed: 9, teacher: .biased, wrongObservations: 0.2,
        filterByAnswer: true, distractors: 5), 2615170193683137949, 10470660346663165602
    ),
  ]

  @Test(arguments: 0..<5) func recordsAndPixelsAreWhatTheyWere(index: Int) throws {
    let world = Self.worlds[index]
    let records = try ClipWorldGenerator.records(world.settings)
    let lines = try records.map { record in
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(record), as: UTF8.self)
    }
    #expect(Fingerprint.of(lines.joined(separator: "\n")) == world.records)
    var pixels: UInt64 = 0
    for index in stride(from: 0, to: world.settings.clips, by: 97) {
      for frame in try ClipWorldItem(index: index, settings: world.settings).frames() {
        for byte in frame.rgb { pixels = (pixels ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
      }
    }
    #expect(pixels == world.pixels)
  }

  /// The name of a world's folder is a digest of this text.
  @Test func settingsAreSpelledAsTheyWere() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings = ClipWorldSettings(split: .test, clips: 7, seed: 4)
    #expect(
      String(decoding: try encoder.encode(settings), as: UTF8.self)
        == #"{"clips":7,"directionFlips":0.6,"distractors":2,"#
        + #""families":["direction","first","colour","count","when","duration"],"#
        + #""filterByAnswer":false,"seed":4,"spanSlips":0.6,"split":"test","#
        + #""teacher":"truthful","wrongAnswers":0,"wrongObservations":0}"#)
    #expect(settings.version == 1)
  }

  /// A change to one family renames the folders of its own worlds only.
  @Test func versionsAreThoseOfWhatChanged() {
    func version(
      _ families: [String], _ change: (inout ClipWorldSettings) -> Void = { _ in }
    ) -> Int {
      var settings = ClipWorldSettings(split: .test, clips: 7, families: families)
      change(&settings)
      return settings.version
    }
    for world in Self.worlds { #expect(world.settings.version == 1) }
    for family in ClipWorldSettings.knownFamilies {
      #expect(version([family]) == (family == "description" ? 2 : 1))
      #expect(version([family]) { $0.traceForm = .timed } == version([family]))
    }
    #expect(version(["direction", "description"]) == 2)
    // Facts that timed traces state wrong are others than they were.
    #expect(version(["grounding"]) { $0.wrongObservations = 0.1 } == 2)
    #expect(version(["sign"]) { $0.wrongObservations = 0.1 } == 1)
    #expect(
      version(["sign"]) {
        $0.wrongObservations = 0.1
        $0.traceForm = .timed
      } == 2)
  }
}
