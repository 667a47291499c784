import RecipeLanguage
import Testing

struct SuggestionTests {
  @Test(arguments: [
    ("credits", "credit"), ("leanring_rate", "learning_rate"), ("Group-Size", "group_size"),
    ("acuracy", "accuracy"),
  ])
  func findsThePlausibleSlip(word: String, wanted: String) {
    let names = ["credit", "learning_rate", "group_size", "accuracy", "window"]
    #expect(Suggestion.closest(to: word, among: names) == wanted)
  }

  @Test func staysSilentWhenNothingIsNear() {
    #expect(Suggestion.closest(to: "banana", among: ["credit", "window"]) == nil)
    #expect(Suggestion.closest(to: "", among: ["a"]) == nil)
    #expect(Suggestion.help(for: "banana", among: ["mean", "none"]) == "one of `mean`, `none`")
    #expect(Suggestion.help(for: "banana", among: []) == nil)
  }
}
