import { KitDog } from "../kit-dog.tsx";

export default function KitDogPage() {
  return <KitDog />;
}
