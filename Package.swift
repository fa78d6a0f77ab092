// swift-tools-version: 6.2
import PackageDescription

/// Every configuration that comes with the program, in the order in which they are listed.
let configurations = [
  "default", "cvae-wide", "cvae-energy", "cvae-report", "cvae-proposal", "cinn-proposal",
  "two-stage", "cvae-october", "latent-flow",
]

let package = Package(
  name: "implode",
  products: [.executable(name: "implode", targets: ["implode"])],
  targets: [
    .target(
      name: "COpenCL",
      cSettings: [.define("OPENCL_FAULTS", .when(configuration: .debug))]),
    .target(
      name: "CHostMath", cSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("m")]),

    .target(name: "KernelSources", path: "Kernels", resources: [.embedInCode("OpenCL")]),
    .target(
      name: "ShippedConfigurations", path: "configs", exclude: ["README.md"],
      resources: configurations.map { .embedInCode("\($0).json5") }),
    .target(name: "Randomness"),
    .target(name: "CPhysics", cSettings: [.unsafeFlags(["-O3", "-Wno-psabi"])]),
    .target(name: "Physics", dependencies: ["CPhysics", "Machine", "Randomness", "Text"]),
    .target(name: "Text"),
    .target(name: "CMachine"),
    .target(name: "Machine", dependencies: ["CMachine", "Text"]),
    .target(
      name: "CText", cSettings: [.unsafeFlags(["-O3"])], cxxSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("z")]),
    .target(
      name: "Datasets", dependencies: ["CText", "Physics", "Randomness", "Machine", "Text"]),
    .target(name: "Records", dependencies: ["Machine", "Text"]),
    .target(name: "Configuration", dependencies: ["Text"]),
    .target(name: "Search", dependencies: ["Configuration", "Machine", "Randomness", "Text"]),
    .target(name: "Engine", dependencies: ["CHostMath", "Machine", "Randomness"]),
    .target(name: "Models", dependencies: ["Configuration", "Engine", "Randomness"]),
    .target(
      name: "Training",
      dependencies: [
        "Engine", "Models", "Datasets", "Records", "Configuration", "Machine", "Physics",
        "Randomness", "Text",
      ]),
    .target(
      name: "Evaluation",
      dependencies: [
        "Engine", "Models", "Datasets", "Training", "Physics", "Randomness", "Machine", "Records",
        "Text",
      ]),
    .target(
      name: "Reporting",
      dependencies: ["CMachine", "Evaluation", "Datasets", "Machine", "Physics", "Text"]),
    .target(
      name: "OpenCLBackend",
      dependencies: ["Engine", "KernelSources", "COpenCL", "Machine", "Physics", "Text"]),
    .target(name: "Checks", dependencies: ["Engine", "CHostMath", "Machine", "Randomness"]),
    .executableTarget(
      name: "implode",
      dependencies: [
        "Engine", "OpenCLBackend", "Checks", "CHostMath", "Physics", "Datasets", "Machine", "Text",
        "Configuration", "Records", "Models", "Training", "Evaluation", "Reporting",
        "Search", "ShippedConfigurations", "CMachine",
      ]),

    .executableTarget(
      name: "read-bench", dependencies: ["Datasets", "Machine"], path: "bench/ReadBench"),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .target(
      name: "TestSupport", dependencies: ["Engine", "OpenCLBackend"], path: "Tests/TestSupport"),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "Engine", "OpenCLBackend", "KernelSources", "COpenCL", "Checks", "CHostMath",
        "AllocationCounter", "Machine", "Randomness", "TestSupport", "Models", "Physics", "Text",
      ], exclude: ["Snapshots"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "implode", "Engine", "OpenCLBackend", "Checks", "Machine", "Text", "Configuration",
        "Training", "Datasets", "Records", "Models", "Physics", "Randomness", "Search",
        "TestSupport",
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "DatasetTests",
      dependencies: [
        "Datasets", "CText", "Machine", "Physics", "Randomness", "Text", "TestSupport",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Models", "Engine", "Randomness", "Configuration", "Datasets", "Physics",
        "Records", "COpenCL", "OpenCLBackend", "ShippedConfigurations", "Text", "TestSupport",
      ], exclude: ["Golden"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation", "Training", "Models", "Engine", "Physics", "Datasets", "Records",
        "Randomness",
        "Configuration", "ShippedConfigurations", "Text", "TestSupport",
      ]),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Reporting", "Evaluation", "Training", "Physics", "Randomness", "TestSupport", "Text",
        "Machine",
      ], exclude: ["Golden"]),
    .testTarget(name: "RecordTests", dependencies: ["Records", "Text", "TestSupport"]),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Text", "TestSupport"]),
    .executableTarget(
      name: "journal-writer", dependencies: ["Search"], path: "Tests/JournalWriter"),
    .testTarget(
      name: "SearchTests",
      dependencies: [
        "Search", "Configuration", "Machine", "Text", "TestSupport", "journal-writer",
      ]),
    .testTarget(
      name: "PhysicsTests",
      dependencies: ["Physics", "Randomness", "Text", "Machine", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11,
  cxxLanguageStandard: .cxx17
)

// Fuzzers bring their own main program, so that they are built only when asked for (scripts/fuzz).
if Context.environment["IMPLODE_FUZZ_BUILD"] != nil {
  package.targets.append(
    .executableTarget(
      name: "FuzzReaders",
      dependencies: ["Configuration", "Datasets", "Records", "Text", "Training"], path: "fuzz",
      exclude: ["corpus"]))
}

for target in package.targets {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ]
}
