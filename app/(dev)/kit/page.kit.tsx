export default function KitPage() {
  return <div>kit</div>;
}
