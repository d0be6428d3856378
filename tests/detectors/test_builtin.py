import pickle

from detectors import BUILTIN, DetectorSettings, TrustList, builtin
from detectors.credentials.signing import Authority


def test_the_built_in_detectors_come_in_one_order_with_ids_of_their_own() -> None:
    made = builtin(DetectorSettings())
    assert [detector.id for detector in made] == ["credentials", "markers", "watermark"]
    assert len(made) == len(BUILTIN)


def test_settings_reach_the_detectors_and_survive_the_way_to_another_process() -> None:
    settings = DetectorSettings(trust=(TrustList("x", "manifest", Authority.make("x").certificate_pem),))
    copied: DetectorSettings = pickle.loads(pickle.dumps(settings))  # noqa: S301 - made on this line
    assert copied == settings
    assert versions(copied) == versions(settings)
    assert versions(settings)[0] != versions(DetectorSettings())[0]


def versions(settings: DetectorSettings) -> list[str]:
    return [detector.version for detector in builtin(settings)]
