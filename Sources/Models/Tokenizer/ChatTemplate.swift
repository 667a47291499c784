/// One turn of a conversation.
public struct ChatMessage: Sendable, Hashable {
  public enum Role: String, Sendable, Hashable {
    case system, user, assistant
  }

  /// A piece of a turn. `tokens` is how many placeholders a picture or a video takes: one for each
  /// merged patch when the prompt goes to the model, one in all in the text of the reference.
  public enum Part: Sendable, Hashable {
    case text(String)
    case image(tokens: Int)
    case video(tokens: Int)
  }

  public var role: Role
  public var parts: [Part]

  public init(_ role: Role, _ parts: [Part]) {
    self.role = role
    self.parts = parts
  }

  public init(_ role: Role, _ text: String) { self.init(role, [.text(text)]) }
}

/// Qwen's conversation format (ChatML): each turn between `<|im_start|>` and `<|im_end|>`, with a
/// default system prompt when the conversation does not start with one.
public enum ChatTemplate {
  public static let defaultSystemPrompt = "You are a helpful assistant."

  /// A control token or text, so that text can never be mistaken for control.
  private enum Piece {
    case control(String, count: Int = 1)
    case text(String)
  }

  private static func pieces(_ messages: [ChatMessage], addGenerationPrompt: Bool) -> [Piece] {
    var messages = messages
    if let first = messages.first, first.role != .system {
      messages.insert(ChatMessage(.system, defaultSystemPrompt), at: 0)
    }
    var pieces: [Piece] = []
    for message in messages {
      pieces += [.control("<|im_start|>"), .text(message.role.rawValue + "\n")]
      for part in message.parts {
        switch part {
        case .text(let text): pieces.append(.text(text))
        case .image(let tokens): pieces += visual("<|image_pad|>", tokens)
        case .video(let tokens): pieces += visual("<|video_pad|>", tokens)
        }
      }
      pieces += [.control("<|im_end|>"), .text("\n")]
    }
    if addGenerationPrompt {
      pieces += [.control("<|im_start|>"), .text("assistant\n")]
    }
    return pieces
  }

  private static func visual(_ placeholder: String, _ count: Int) -> [Piece] {
    [
      .control("<|vision_start|>"), .control(placeholder, count: max(0, count)),
      .control("<|vision_end|>"),
    ]
  }

  /// The conversation as text. With `addGenerationPrompt` it ends where the assistant's turn
  /// begins.
  public static func render(_ messages: [ChatMessage], addGenerationPrompt: Bool) -> String {
    pieces(messages, addGenerationPrompt: addGenerationPrompt).map { piece in
      switch piece {
      case .control(let token, let count): String(repeating: token, count: count)
      case .text(let text): text
      }
    }.joined()
  }

  /// The conversation as identifiers: those of its rendered text, except that control tokens
  /// spelled out inside a message stay text.
  ///
  /// - Throws: `ModelError.invalid` when the tokenizer lacks a control token.
  public static func encode(
    _ messages: [ChatMessage], addGenerationPrompt: Bool, with tokenizer: Tokenizer
  ) throws -> [Int] {
    var ids: [Int] = []
    // Neighbouring texts are encoded together: their boundary is no boundary to the tokenizer.
    var text = ""
    func flush() {
      ids += tokenizer.encode(text, recognisingSpecials: false)
      text = ""
    }
    for piece in pieces(messages, addGenerationPrompt: addGenerationPrompt) {
      switch piece {
      case .text(let next): text += next
      case .control(let token, let count):
        guard let id = tokenizer.id(of: token) else {
          throw ModelError.invalid(
            "the tokenizer has no token \(token), which the chat format needs")
        }
        flush()
        ids += [Int](repeating: id, count: count)
      }
    }
    flush()
    return ids
  }

  /// The same format as the Jinja template that other libraries read from a model's folder.
  static let jinja = """
    {% for message in messages %}\
    {% if loop.first and message['role'] != 'system' %}\
    <|im_start|>system\n\(defaultSystemPrompt)<|im_end|>\n\
    {% endif %}\
    <|im_start|>{{ message['role'] }}\n\
    {% if message['content'] is string %}{{ message['content'] }}{% else %}\
    {% for c in message['content'] %}\
    {% if c['type'] == 'video' or 'video' in c %}<|vision_start|><|video_pad|><|vision_end|>\
    {% elif c['type'] == 'image' or 'image' in c %}<|vision_start|><|image_pad|><|vision_end|>\
    {% elif 'text' in c %}{{ c['text'] }}{% endif %}\
    {% endfor %}\
    {% endif %}<|im_end|>\n\
    {% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}
    """
}
