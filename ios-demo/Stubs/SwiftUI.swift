// Shapes of what the app takes from Apple's frameworks, written by hand from their public documentation, so that
// its calls of the models type-check where there is no Xcode. They do nothing, and prove nothing about Apple's own.

import FieldCore
import FieldModel
import Foundation

@MainActor protocol View {
    associatedtype Body: View
    @ViewBuilder var body: Body { get }
}
extension Never: View { public var body: Never { return fatalError() } }
protocol PrimitiveView: View where Body == Never {}
extension PrimitiveView { var body: Never { fatalError() } }
@resultBuilder struct ViewBuilder {
    static func buildBlock() -> EmptyView { EmptyView() }
    static func buildExpression<V: View>(_ v: V) -> V { v }
    static func buildBlock<each C: View>(_ c: repeat each C) -> TupleView<(repeat each C)> { TupleView() }
    static func buildIf<V: View>(_ v: V?) -> Opt<V> { Opt() }
    static func buildEither<A: View, B: View>(first: A) -> Either<A, B> { Either() }
    static func buildEither<A: View, B: View>(second: B) -> Either<A, B> { Either() }
}
struct EmptyView: PrimitiveView {}
struct TupleView<T>: PrimitiveView {}
struct Opt<V>: PrimitiveView {}
struct Either<A, B>: PrimitiveView {}
struct Mod: PrimitiveView {}
@MainActor @preconcurrency protocol ViewModifier {
    associatedtype B: View
    typealias Content = Mod
    @ViewBuilder func body(content: Content) -> B
}
struct Alignment: Sendable { static let leading = Self(), bottom = Self(), center = Self(), top = Self() }
struct HorizontalAlignment { static let leading = Self(), center = Self() }
struct VerticalAlignment { static let top = Self(), center = Self() }
struct Edge {
    struct Set: OptionSet {
        let rawValue: Int
        static let top = Set(rawValue: 1), horizontal = Set(rawValue: 2), vertical = Set(rawValue: 4)
    }
}
enum TextAlignment { case center, leading }
struct Axis {
    struct Set: OptionSet {
        let rawValue: Int
        static let horizontal = Set(rawValue: 1)
    }
}
enum ColorScheme { case dark, light }
enum ScenePhase: Equatable { case active, inactive, background }
struct Transition { static let identity = Self(), opacity = Self() }
struct AnyTransition { static let identity = Self(), opacity = Self() }
struct AccessibilityTraits: SetAlgebra {
    typealias Element = AccessibilityTraits
    init() {}
    func contains(_ m: Self) -> Bool { false }
    func union(_ o: Self) -> Self { self }
    func intersection(_ o: Self) -> Self { self }
    func symmetricDifference(_ o: Self) -> Self { self }
    mutating func insert(_ n: Self) -> (inserted: Bool, memberAfterInsert: Self) { (true, n) }
    mutating func remove(_ m: Self) -> Self? { nil }
    mutating func update(with: Self) -> Self? { nil }
    mutating func formUnion(_: Self) {}
    mutating func formIntersection(_: Self) {}
    mutating func formSymmetricDifference(_: Self) {}
    static var isHeader: Self { Self() }
    static var isSelected: Self { Self() }
    static var updatesFrequently: Self { Self() }
}
enum AccessibilityChildBehavior { case ignore, combine, contain }
struct Font {
    enum Weight { case bold, semibold, heavy }
    enum Design { case rounded, monospaced }
    enum TextStyle { case largeTitle, title }
    static let title = Font(), title2 = Font(), title3 = Font(), headline = Font(), body = Font(), largeTitle = Font()
    static func system(size: CGFloat, weight: Weight? = nil, design: Design? = nil) -> Font { Font() }
    static func system(_ s: TextStyle, design: Design? = nil) -> Font { Font() }
    func weight(_ w: Weight) -> Font { self }
    func monospaced() -> Font { self }
}
struct Color: PrimitiveView, ShapeStyle {
    enum Space { case sRGB }
    init(_ s: Space = .sRGB, red: Double, green: Double, blue: Double, opacity: Double = 1) {}
    static let black = Color(red: 0, green: 0, blue: 0), white = Color(red: 0, green: 0, blue: 0)
}
protocol ShapeStyle {}
@MainActor protocol Shape: PrimitiveView { nonisolated func path(in rect: CGRect) -> Path }
extension Shape { nonisolated func path(in rect: CGRect) -> Path { Path() } }
struct Path: Sendable {
    mutating func addLines(_ l: [CGPoint]) {}
    mutating func closeSubpath() {}
    mutating func addRects(_ r: [CGRect]) {}
}
struct Circle: Shape {}
struct Rectangle: Shape { func strokeBorder(_ c: Color, style: StrokeStyle) -> Mod { Mod() } }
struct RoundedRectangle: Shape { init(cornerRadius: CGFloat) {} }
struct StrokeStyle { init(lineWidth: CGFloat = 1, dash: [CGFloat] = []) {} }
struct FillStyle { init(eoFill: Bool = false, antialiased: Bool = true) {} }
struct TrimmedShape: Shape {}
extension Shape {
    func trim(from: CGFloat, to: CGFloat) -> TrimmedShape { TrimmedShape() }
    func stroke(_ c: Color, style: StrokeStyle) -> Mod { Mod() }
    func stroke(_ c: Color, lineWidth: CGFloat) -> Mod { Mod() }
    func fill(_ c: Color, style: FillStyle = FillStyle()) -> Mod { Mod() }
}
struct Angle { static func degrees(_ d: Double) -> Angle { Angle() } }
struct Text: PrimitiveView {
    init<S: StringProtocol>(_ s: S) {}
    func font(_ f: Font) -> Text { self }
}
struct Image: PrimitiveView { init(systemName: String) {} }
struct Label: PrimitiveView { init<S: StringProtocol>(_ s: S, systemImage: String) {} }
struct Divider: PrimitiveView {}
struct Spacer: PrimitiveView { init(minLength: CGFloat? = nil) {} }
struct ProgressView: PrimitiveView { init<S: StringProtocol>(_ s: S) {} }
struct HStack<C: View>: PrimitiveView {
    init(alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> C) {}
}
struct VStack<C: View>: PrimitiveView {
    init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> C) {}
}
struct LazyVStack<C: View>: PrimitiveView { init(spacing: CGFloat? = nil, @ViewBuilder content: () -> C) {} }
struct ZStack<C: View>: PrimitiveView { init(alignment: Alignment = .center, @ViewBuilder content: () -> C) {} }
struct ScrollView<C: View>: PrimitiveView { init(@ViewBuilder content: () -> C) {} }
struct TabView<C: View>: PrimitiveView { init(@ViewBuilder content: () -> C) {} }
struct Group<C: View>: PrimitiveView { init(@ViewBuilder content: () -> C) {} }
struct ViewThatFits<C: View>: PrimitiveView { init(in: Axis.Set, @ViewBuilder content: () -> C) {} }
struct GridItem {
    enum Size {
        case flexible(minimum: CGFloat = 10, maximum: CGFloat = .infinity)
        case adaptive(minimum: CGFloat, maximum: CGFloat = .infinity)
    }
    init(_ s: Size = .flexible(), spacing: CGFloat? = nil) {}
}
struct LazyVGrid<C: View>: PrimitiveView {
    init(columns: [GridItem], spacing: CGFloat? = nil, @ViewBuilder content: () -> C) {}
}
struct ForEach<D: RandomAccessCollection, ID: Hashable, C: View>: PrimitiveView {
    init(_ d: D, id: KeyPath<D.Element, ID>, @ViewBuilder content: @escaping (D.Element) -> C) {}
    init(_ d: D, @ViewBuilder content: @escaping (D.Element) -> C) where D.Element: Identifiable, ID == D.Element.ID {}
}
struct ButtonRole { static let destructive = Self(), cancel = Self() }
struct Button<L: View>: PrimitiveView { init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> L) {} }
extension Button where L == Text {
    init<S: StringProtocol>(_ s: S, action: @escaping @MainActor () -> Void) {}
    init<S: StringProtocol>(_ s: S, role: ButtonRole?, action: @escaping @MainActor () -> Void) {}
}
struct Menu<L: View, C: View>: PrimitiveView { init(@ViewBuilder content: () -> C, @ViewBuilder label: () -> L) {} }
struct Stepper<L: View>: PrimitiveView {
    init<V: Strideable>(value: Binding<V>, in: ClosedRange<V>, step: V.Stride = 1, @ViewBuilder label: () -> L) {}
}
struct TextField: PrimitiveView { init<S: StringProtocol>(_ s: S, text: Binding<String>) {} }
struct PlainStyle { static let plain = Self() }
enum Visibility { case visible }
enum ContentMode { case fit }
struct SelectEnabled { static let enabled = Self() }
struct AutoCap { static let characters = Self() }
enum KB { case phonePad, numberPad, numbersAndPunctuation }
extension View {
    func font(_ f: Font?) -> Mod { Mod() }
    func frame(width: CGFloat? = nil, height: CGFloat? = nil, alignment: Alignment = .center) -> Mod { Mod() }
    func frame(
        minWidth: CGFloat? = nil, idealWidth: CGFloat? = nil, maxWidth: CGFloat? = nil, minHeight: CGFloat? = nil,
        idealHeight: CGFloat? = nil, maxHeight: CGFloat? = nil, alignment: Alignment = .center
    ) -> Mod { Mod() }
    func padding(_ e: Edge.Set, _ l: CGFloat? = nil) -> Mod { Mod() }
    func padding(_ l: CGFloat) -> Mod { Mod() }
    func padding() -> Mod { Mod() }
    func foregroundColor(_ c: Color?) -> Mod { Mod() }
    func background<V: View>(_ v: V) -> Mod { Mod() }
    func overlay<V: View>(_ v: V) -> Mod { Mod() }
    func overlay<V: View>(alignment: Alignment = .center, @ViewBuilder content: () -> V) -> Mod { Mod() }
    func clipShape<S: Shape>(_ s: S) -> Mod { Mod() }
    func ignoresSafeArea(edges: Edge.Set = .top) -> Mod { Mod() }
    func multilineTextAlignment(_ a: TextAlignment) -> Mod { Mod() }
    func buttonStyle(_ p: PlainStyle) -> Mod { Mod() }
    func accessibilityLabel<S: StringProtocol>(_ s: S) -> Mod { Mod() }
    func accessibilityHint<S: StringProtocol>(_ s: S) -> Mod { Mod() }
    func accessibilityValue<S: StringProtocol>(_ s: S) -> Mod { Mod() }
    func accessibilityElement(children: AccessibilityChildBehavior) -> Mod { Mod() }
    func accessibilityHidden(_ b: Bool) -> Mod { Mod() }
    func accessibilityAddTraits(_ t: AccessibilityTraits) -> Mod { Mod() }
    func disabled(_ b: Bool) -> Mod { Mod() }
    func environment<V>(_ k: WritableKeyPath<EnvironmentValues, V>, _ v: V) -> Mod { Mod() }
    func preferredColorScheme(_ c: ColorScheme?) -> Mod { Mod() }
    func modifier<M: ViewModifier>(_ m: M) -> Mod { Mod() }
    func tabItem<V: View>(@ViewBuilder _ v: () -> V) -> Mod { Mod() }
    func id<I: Hashable>(_ i: I) -> Mod { Mod() }
    @preconcurrency func task(
        priority: TaskPriority = .userInitiated, @_inheritActorContext _ a: @escaping @Sendable () async -> Void
    ) -> Mod { Mod() }
    @preconcurrency func task<T: Equatable>(
        id: T, priority: TaskPriority = .userInitiated, @_inheritActorContext _ a: @escaping @Sendable () async -> Void
    ) -> Mod { Mod() }
    func sheet<V: View>(
        isPresented: Binding<Bool>, onDismiss: (() -> Void)? = nil, @ViewBuilder content: @escaping () -> V
    ) -> Mod { Mod() }
    func sheet<I: Identifiable, V: View>(
        item: Binding<I?>, onDismiss: (() -> Void)? = nil, @ViewBuilder content: @escaping (I) -> V
    ) -> Mod { Mod() }
    func fullScreenCover<V: View>(
        isPresented: Binding<Bool>, onDismiss: (() -> Void)? = nil, @ViewBuilder content: @escaping () -> V
    ) -> Mod { Mod() }
    func confirmationDialog<V: View, S: StringProtocol>(
        _ s: S, isPresented: Binding<Bool>, titleVisibility: Visibility, @ViewBuilder actions: () -> V
    ) -> Mod { Mod() }
    func onDisappear(perform: (() -> Void)? = nil) -> Mod { Mod() }
    func onReceive<P>(_ p: P, perform: @escaping (Notification) -> Void) -> Mod { Mod() }
    func lineLimit(_ n: Int?) -> Mod { Mod() }
    func minimumScaleFactor(_ f: CGFloat) -> Mod { Mod() }
    func aspectRatio(_ r: CGFloat? = nil, contentMode: ContentMode) -> Mod { Mod() }
    func rotationEffect(_ a: Angle) -> Mod { Mod() }
    func transition(_ t: AnyTransition) -> Mod { Mod() }
    func allowsHitTesting(_ b: Bool) -> Mod { Mod() }
    func autocorrectionDisabled(_ b: Bool = true) -> Mod { Mod() }
    func textInputAutocapitalization(_ a: AutoCap?) -> Mod { Mod() }
    func keyboardType(_ k: KB) -> Mod { Mod() }
    func textSelection(_ s: SelectEnabled) -> Mod { Mod() }
}
@propertyWrapper struct Environment<V>: Sendable {
    init(_ k: KeyPath<EnvironmentValues, V>) {}
    var wrappedValue: V { fatalError() }
}
@propertyWrapper @MainActor struct State<V> {
    nonisolated init(wrappedValue: V) {}
    nonisolated init() where V: ExpressibleByNilLiteral {}
    var wrappedValue: V {
        get { fatalError() }
        nonmutating set {}
    }
    var projectedValue: Binding<V> { fatalError() }
}
@propertyWrapper @dynamicMemberLookup struct Binding<V> {
    subscript<P>(dynamicMember _: WritableKeyPath<V, P>) -> Binding<P> { fatalError() }
    init(get: @escaping @isolated(any) @Sendable () -> V, set: @escaping @isolated(any) @Sendable (V) -> Void) {}
    var wrappedValue: V {
        get { fatalError() }
        nonmutating set {}
    }
    var projectedValue: Binding<V> { self }
}
@propertyWrapper @MainActor struct StateObject<O: ObservableObject> {
    nonisolated init(wrappedValue: @autoclosure @escaping () -> O) {}
    var wrappedValue: O { fatalError() }
}
@propertyWrapper @MainActor struct ObservedObject<O: ObservableObject> {
    nonisolated init(wrappedValue: O) {}
    var wrappedValue: O { fatalError() }
}
@propertyWrapper @MainActor struct ScaledMetric<V> {
    init(wrappedValue: V, relativeTo: Font.TextStyle) {}
    var wrappedValue: V { fatalError() }
}
protocol EnvironmentKey {
    associatedtype Value
    static var defaultValue: Value { get }
}
struct EnvironmentValues {
    subscript<K: EnvironmentKey>(_ k: K.Type) -> K.Value {
        get { fatalError() }
        set {}
    }
    var scenePhase: ScenePhase { .active }
    var isEnabled: Bool { true }
    var locale: Locale {
        get { fatalError() }
        set {}
    }
    var accessibilityReduceMotion: Bool { true }
    var displayScale: CGFloat { 1 }
}
@MainActor protocol App {
    associatedtype B: Scene
    @SceneBuilder var body: B { get }
    init()
}
extension App { static func main() {} }
@resultBuilder struct SceneBuilder { static func buildBlock<S: Scene>(_ s: S) -> S { s } }
@MainActor protocol Scene {}
struct WindowGroup<C: View>: Scene { init(@ViewBuilder content: () -> C) {} }
extension Scene { func onChange<V: Equatable>(of: V, perform: @escaping (V) -> Void) -> some Scene { self } }
@propertyWrapper @MainActor struct UIApplicationDelegateAdaptor<D: NSObject & UIApplicationDelegate> {
    init(_ t: D.Type = D.self) {}
    var wrappedValue: D { fatalError() }
}
@MainActor struct UIViewRepresentableContext<R: UIViewRepresentable> { var coordinator: R.Coordinator { fatalError() } }
@MainActor struct UIViewControllerRepresentableContext<R: UIViewControllerRepresentable> {
    var coordinator: R.Coordinator { fatalError() }
}
@MainActor protocol UIViewRepresentable: PrimitiveView {
    associatedtype V: UIView
    associatedtype Coordinator = Void
    typealias Context = UIViewRepresentableContext<Self>
    func makeUIView(context: Context) -> V
    func updateUIView(_ v: V, context: Context)
    func makeCoordinator() -> Coordinator
    static func dismantleUIView(_ v: V, coordinator: Coordinator)
}
extension UIViewRepresentable where Coordinator == Void { func makeCoordinator() {} }
extension UIViewRepresentable { static func dismantleUIView(_ v: V, coordinator: Coordinator) {} }
@MainActor protocol UIViewControllerRepresentable: PrimitiveView {
    associatedtype V: UIViewController
    associatedtype Coordinator = Void
    typealias Context = UIViewControllerRepresentableContext<Self>
    func makeUIViewController(context: Context) -> V
    func updateUIViewController(_ v: V, context: Context)
    func makeCoordinator() -> Coordinator
}
extension UIViewControllerRepresentable where Coordinator == Void { func makeCoordinator() {} }
