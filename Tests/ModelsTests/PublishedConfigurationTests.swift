import Testing

@testable import Models

/// The sizes of published models, against the numbers of parameters that the model hub states.
@Suite struct PublishedConfigurationTests {
  @Test(arguments: [
    ("Qwen2.5-0.5B-Instruct", 494_032_768), ("Qwen2.5-1.5B", 1_543_714_304),
    ("Qwen2.5-3B", 3_085_938_688), ("Qwen2.5-7B-Instruct", 7_615_616_512),
    ("Qwen2.5-VL-3B-Instruct", 3_754_622_976), ("Qwen2.5-VL-7B-Instruct", 8_292_166_656),
    ("Qwen2.5-VL-32B-Instruct", 33_452_718_336), ("Qwen2.5-VL-72B-Instruct", 73_410_777_344),
  ])
  func haveTheirNumberOfParameters(name: String, count: Int) throws {
    let configuration = try #require(PublishedConfigurations.named(name))
    #expect(QwenParameters.all(configuration).reduce(0) { $0 + $1.count } == count)
    #expect((configuration.vision != nil) == name.contains("-VL-"))
  }

  @Test func othersAreNotGuessed() {
    #expect(PublishedConfigurations.named("my-model") == nil)
    #expect(PublishedConfigurations.named("Qwen2.5-VL-8B-Instruct") == nil)
    #expect(PublishedConfigurations.names.count == 8)
  }
}
