import { KitSheet } from "./kit-sheet.tsx";

export default function KitPage() {
  return <KitSheet />;
}
