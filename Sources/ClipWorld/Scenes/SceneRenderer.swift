import Foundation
import VideoInput

/// Draws scenes: shapes on dark grey, under the noise of a cheap camera.
enum SceneRenderer {
  private static let background: Int16 = 25
  /// Standard deviation of the pixel noise, in grey levels.
  private static let noise = 6.0

  static func frames(of scene: Scene, random: inout ClipRandom) -> [Frame] {
    (0..<scene.film.frameCount).map { index in
      var canvas = [Int16](repeating: background, count: Scene.size * Scene.size * 3)
      if let flash = scene.flash, flash.frames.contains(index) { light(&canvas, flash) }
      for speck in scene.distractors where speck.frames.contains(index) {
        for y in speck.y..<speck.y + 2 {
          for x in speck.x..<speck.x + 2 {
            paint(&canvas, x, y, [speck.brightness, speck.brightness, speck.brightness])
          }
        }
      }
      for object in scene.objects where object.frames.contains(index) {
        draw(object, at: object.centre(in: index), on: &canvas)
      }
      if let sign = scene.sign, sign.fact.span.contains(index / scene.film.framesPerSecond) {
        draw(sign, on: &canvas)
      }
      return Frame(width: Scene.size, height: Scene.size, rgb: exposed(canvas, random: &random))
    }
  }

  private static func light(_ canvas: inout [Int16], _ flash: SceneFlash) {
    let colour = flash.fact.colour.components.map { $0 * SceneFlash.brightness }
    for y in 0..<Scene.size {
      for x in 0..<Scene.size { paint(&canvas, x, y, colour) }
    }
  }

  private static func draw(_ sign: SceneSign, on canvas: inout [Int16]) {
    for dy in 0..<SceneSign.height {
      for dx in 0..<SceneSign.width {
        let level = sign.isLit(dx, dy) ? 235.0 : 8.0
        paint(&canvas, sign.x + dx, sign.y + dy, [level, level, level])
      }
    }
  }

  private static func draw(
    _ object: SceneObject, at centre: (x: Double, y: Double), on canvas: inout [Int16]
  ) {
    let colour = object.fact.colour.components.map { min(255, $0 * object.tint) }
    let reach = Int(object.radius) + 2
    for y in max(0, Int(centre.y) - reach)...min(Scene.size - 1, Int(centre.y) + reach) {
      for x in max(0, Int(centre.x) - reach)...min(Scene.size - 1, Int(centre.x) + reach) {
        let dx = (Double(x) - centre.x) / object.radius
        let dy = (Double(y) - centre.y) / object.radius
        if covers(object.fact.shape, dx, dy) { paint(&canvas, x, y, colour) }
      }
    }
  }

  /// Whether a shape of radius 1 covers the point. The four differ in outline, area and where they are hollow, because
  /// a small model tells them apart by little else.
  private static func covers(_ shape: Shape, _ dx: Double, _ dy: Double) -> Bool {
    switch shape {
    case .square: abs(dx) <= 0.9 && abs(dy) <= 0.9
    case .ring: (0.3...1).contains(dx * dx + dy * dy)
    case .cross: max(abs(dx), abs(dy)) <= 1 && min(abs(dx), abs(dy)) <= 0.28
    case .bar: abs(dx) <= 1 && abs(dy) <= 0.38
    }
  }

  private static func paint(_ canvas: inout [Int16], _ x: Int, _ y: Int, _ colour: [Double]) {
    let at = (y * Scene.size + x) * 3
    for channel in 0..<3 { canvas[at + channel] = Int16(colour[channel]) }
  }

  private static func exposed(_ canvas: [Int16], random: inout ClipRandom) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: canvas.count) { out, count in
      var bits: UInt64 = 0
      for index in canvas.indices {
        // Five draws of twelve bits from every random number.
        if index % 5 == 0 { bits = random.next() }
        let value = canvas[index] + noiseTable[Int(bits & 4095)]
        bits >>= 12
        out[index] = UInt8(min(255, max(0, value)))
      }
      count = canvas.count
    }
  }

  /// The normal distribution in 4096 equally likely, rounded values.
  private static let noiseTable: [Int16] = {
    var table: [Int16] = []
    for level in -40...40 {
      let below = 0.5 * (1 + erf((Double(level) + 0.5) / (noise * 2.0.squareRoot())))
      let upTo = level == 40 ? 4096 : Int((below * 4096).rounded())
      while table.count < upTo { table.append(Int16(level)) }
    }
    return table
  }()
}
