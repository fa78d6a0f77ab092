import COpenCL
import Engine
import Text

/// The memory of one program on a device, all of it taken at once and filled with zeros.
///
/// Named values have buffers of their own, so that a program which shares them keeps nothing else
/// alive.
final class OpenCLMemory {
  /// By the number of the value.
  private let regions: [Region]

  /// Where a value lies, and the sub-buffer that stands for it in calls.
  struct Region {
    let buffer: DeviceBuffer
    let offset: Int
    let handle: Handle

    init(_ value: Value, in buffer: DeviceBuffer, at offset: Int) throws(OpenCLError) {
      (self.buffer, self.offset) = (buffer, offset)
      handle = try make("clCreateSubBuffer", release: clReleaseMemObject) {
        var region = cl_buffer_region(origin: offset, size: value.byteCount)
        return clCreateSubBuffer(
          buffer.pointer, 0, cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, &$0)
      }
    }
  }

  init(
    for graph: Graph, in session: OpenCLSession,
    sharing other: (memory: OpenCLMemory, graph: Graph)?
  ) throws(OpenCLError) {
    let foreign = graph.shared(with: other?.graph)
    let named = Set(graph.names.values)
    let own = graph.values.filter { graph.views[$0] == nil && foreign[$0] == nil }
    var regions = try Self.allocate(
      [own.filter { !named.contains($0) }, own.filter(named.contains)], in: session)
    for (value, theirs) in foreign { regions[value] = other?.memory.regions[theirs.id] }
    for (value, view) in graph.views {
      guard let parent = regions[view.parent] else {
        preconditionFailure("a view of a value that has no memory")
      }
      regions[value] = try Region(value, in: parent.buffer, at: parent.offset + view.offset * 4)
    }
    self.regions = graph.values.compactMap { regions[$0] }
    precondition(self.regions.count == graph.values.count, "values without memory")
    for (value, words) in graph.constants {
      try write(words, count: words.count * 4, to: value)
    }
  }

  /// Copies the first `count` bytes of `source` to a value.
  func write(_ source: UnsafeRawPointer, count: Int, to value: Value) throws(OpenCLError) {
    let region = regions[value.id]
    try region.buffer.write(source, count: count, at: region.offset)
  }

  subscript(value: Value) -> cl_mem { regions[value.id].handle.pointer }

  private static func allocate(
    _ groups: [[Value]], in session: OpenCLSession
  ) throws(OpenCLError) -> [Value: Region] {
    let device = session.properties
    if let value = groups.joined().first(where: { $0.byteCount > device.maximumAllocation }) {
      throw .value(of: "\(value.shape)", needing: value.byteCount, on: device)
    }
    let plans = groups.map {
      ArenaPlan($0, alignment: device.alignment, limit: device.maximumAllocation)
    }
    let (needed, inUse) = (plans.reduce(0) { $0 + $1.byteCount }, session.bytesInUse)
    // A driver that lends the host's memory would rather bring the host down than refuse.
    if needed + inUse > device.memoryBytes {
      throw .memory(needed: needed, of: device, inUse: inUse)
    }
    var regions: [Value: Region] = [:]
    do {
      for plan in plans {
        var buffers: [DeviceBuffer] = []
        for size in plan.bufferSizes { buffers.append(try DeviceBuffer(bytes: size, in: session)) }
        for place in plan.places {
          regions[place.value] = try Region(
            place.value, in: buffers[place.buffer], at: place.offset)
        }
      }
    } catch {
      // Out of memory, out of resources, out of host memory.
      guard let status = error.status, (-6 ... -4).contains(status) else { throw error }
      throw .memory(needed: needed, of: device, inUse: inUse, status: status)
    }
    return regions
  }
}
