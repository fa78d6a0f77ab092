import Configuration
import Testing

/// A configuration with a part of two kinds.
private struct Journey: Sendable {
  var seed = 1
  var vehicle = Vehicle.car(Car())

  enum Vehicle { case car(Car), boat(Boat) }

  struct Car: Hashable, Sendable {
    var wheels = 4
    var speed = 100.0
  }

  struct Boat: Hashable, Sendable {
    var sails = 2
    var speed = 10.0
  }

  enum Kind: String, CaseIterable, ConfigurationChoice { case car, boat }

  var kind: Kind {
    get { if case .car = vehicle { .car } else { .boat } }
    set {
      guard newValue != kind else { return }
      vehicle = newValue == .car ? .car(Car()) : .boat(Boat())
    }
  }

  var car: Car {
    get { if case .car(let car) = vehicle { car } else { Car() } }
    set { vehicle = .car(newValue) }
  }

  var boat: Boat {
    get { if case .boat(let boat) = vehicle { boat } else { Boat() } }
    set { vehicle = .boat(newValue) }
  }

  static let table = KindTable(
    Key("vehicle.kind", \.kind, "what moves"),
    kinds: [
      KindTable.Kind(
        "car", "on roads", initial: Journey(),
        keys: [
          Key("vehicle.wheels", \Journey.car.wheels, check: Limit.positive, "wheels"),
          Key("vehicle.speed", \Journey.car.speed, "speed"),
        ].ruled("vehicle.wheels") { $0.car.wheels < 9 ? nil : "must be less" }),
      KindTable.Kind(
        "boat", "on water", initial: Journey(vehicle: .boat(Boat())),
        keys: [
          Key("vehicle.speed", \Journey.boat.speed, "speed"),
          Key("wind.sails", \Journey.boat.sails, "jib|main"),
        ]),
    ], common: [Key("seed", \.seed, "random seed")], renamed: ["type": "vehicle.kind"])

  static func resolve(
    _ text: String? = nil, environment: [String: String] = [:], _ arguments: (String, String)...
  ) throws(ConfigurationError) -> Resolved<Journey> {
    try table.resolve(
      files: text.map { [$0] }?.map { (text) throws(ConfigurationError) in
        try ConfigurationFile(Array(text.utf8), path: "j")
      } ?? [], environment: { environment[$0] },
      assignments: arguments.map { Assignment($0.0, $0.1) })
  }
}

/// Which keys there are follows from the kind.
@Suite struct KindTableTests {
  @Test("the kind may be given before or after its keys")
  func kinds() throws {
    #expect(try Journey.resolve().config.car == Journey.Car())
    let boat = Journey.Boat(sails: 3, speed: 5)
    for text in [
      "{vehicle: {kind: 'boat', speed: 5}, wind: {sails: 3}}",
      "{wind: {sails: 3}, vehicle: {speed: 5, kind: 'boat'}}",
    ] {
      let resolved = try Journey.resolve(text)
      #expect(resolved.config.boat == boat && resolved.config.kind == .boat)
      #expect(resolved.source(of: "vehicle.kind").kind == "file" && resolved.warnings.isEmpty)
    }
    let named = try Journey.resolve(
      environment: ["IMPLODE_VEHICLE_KIND": "boat"], ("wind.sails", "3"), ("vehicle.speed", "5"))
    #expect(named.config.boat == boat)
    let late = try Journey.resolve(
      nil, ("wind.sails", "3"), ("vehicle.kind", "boat"), ("vehicle.speed", "5"))
    #expect(late.config.boat == boat)
  }

  @Test("another kind keeps the keys that both kinds read, and a warning lists the others")
  func otherKind() throws {
    let text = "{vehicle: {kind: 'car', wheels: 3, speed: 5}, seed: 2}"
    let resolved = try Journey.resolve(text, ("vehicle.kind", "boat"), ("wind.sails", "1"))
    #expect(resolved.config.boat == Journey.Boat(sails: 1, speed: 5))
    #expect(resolved.config.seed == 2)
    #expect(
      resolved.warnings == ["vehicle.kind is \"boat\" here, which does not read vehicle.wheels"])
  }

  @Test(
    "a key of other kinds is refused with the names of these kinds",
    arguments: [
      (
        "{vehicle: {\n kind: 'boat', wheels: 3}}",
        "j:2:16: vehicle.kind \"boat\" has no key 'vehicle.wheels'", "it is a key of car"
      ),
      (
        "{wind: {sails: 3}}", "j:1:9: vehicle.kind \"car\" has no key 'wind.sails'",
        "it is a key of boat"
      ),
      (
        "{wind: {sail: 3}}", "j:1:9: unknown key 'wind.sail'",
        "did you mean 'wind.sails'? It is a key of boat"
      ),
      (
        "{vehicle: {weels: 3}}", "j:1:12: unknown key 'vehicle.weels'",
        "did you mean 'vehicle.wheels'?"
      ),
      (
        "{vehicle: {kind: 'cat'}}", "j:1:18: vehicle.kind: \"cat\" is not one of car, boat",
        "did you mean 'car'?"
      ),
      (
        "{type: 'car'}", "j:1:2: 'type' is called 'vehicle.kind' now",
        "write vehicle: { kind: … }"
      ),
      (
        "{vehicle: {wheels: 9}}", "j:1:20: vehicle.wheels: 9 must be less",
        "vehicle.wheels is wheels"
      ),
      (
        "{vehicle: {kind: 3}}", "j:1:18: vehicle.kind: 3 is not one of car, boat",
        "write one of car, boat"
      ),
      ("[]", "j:1:1: […] is no configuration", "write { key: value, … }"),
    ])
  func refused(text: String, message: String, hint: String) {
    let error = #expect(throws: ConfigurationError.self) { try Journey.resolve(text) }
    #expect(error?.message == message)
    #expect(error?.hint == hint)
  }

  @Test("a key that neither the file's kind nor the chosen one reads is refused")
  func neither() {
    let text = "{vehicle: {kind: 'car'}, wind: {sails: 3}}"
    let error = #expect(throws: ConfigurationError.self) { try Journey.resolve(text) }
    #expect(error?.message == "j:1:33: vehicle.kind \"car\" has no key 'wind.sails'")
    let given = #expect(throws: ConfigurationError.self) {
      try Journey.resolve(nil, ("vehicle.kind", "boat"), ("vehicle.wheels", "3"))
    }
    #expect(given?.message == "vehicle.kind \"boat\" has no key 'vehicle.wheels'")
    let renamed = #expect(throws: ConfigurationError.self) {
      try Journey.resolve(nil, ("type", "boat"))
    }
    #expect(renamed?.hint == "write vehicle.kind=…")
  }

  @Test("an environment variable that is not read causes a warning")
  func environment() throws {
    let resolved = try Journey.resolve(environment: ["IMPLODE_WIND_SAILS": "3"])
    #expect(
      resolved.warnings == [
        "IMPLODE_WIND_SAILS is not read: vehicle.kind \"car\" has no key 'wind.sails'"
      ])
  }

  @Test("printed configurations have the keys of the kind, and can be read")
  func printing() throws {
    let boat = try Journey.resolve("{vehicle: {kind: 'boat'}}").config
    let text = Journey.table.table(of: boat).text(of: boat, about: false)
    #expect(
      text == """
        {
          vehicle: {
            kind: "boat",
            speed: 10.0,
          },
          wind: {
            sails: 2,
          },
          seed: 1,
        }

        """)
    #expect(try Journey.resolve(text).config.boat == boat.boat)
    #expect(
      Journey.table.keys.map(\.name)
        == ["vehicle.kind", "vehicle.wheels", "vehicle.speed", "wind.sails", "seed"])
  }

  @Test("documents list each key once for all kinds that read it alike")
  func markdown() {
    let lines = Journey.table.markdown.split(separator: "\n")
    #expect(lines.contains("| `boat` | on water |"))
    #expect(lines.contains("| `vehicle.speed` | a finite number | `100.0` | speed | car |"))
    #expect(lines.contains("| `vehicle.speed` | a finite number | `10.0` | speed | boat |"))
    #expect(lines.contains("| `wind.sails` | a whole number | `2` | jib\\|main | boat |"))
    #expect(lines.contains("| `vehicle.kind` | one of car, boat | `\"car\"` | what moves |"))
  }
}
